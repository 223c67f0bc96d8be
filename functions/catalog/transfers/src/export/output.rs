//! The file that an export writes.

use catalog::category::{CategoryId, Tree};
use catalog::product::Whole;
use catalog::transfer::Format;
use serde_json::{Map, Value};

use crate::record::{self, COLUMNS, Record, cells_of};

/// What was written and is not sent yet.
pub(super) struct Output {
    format: Format,
    bytes: Vec<u8>,
}

impl Output {
    /// The next bytes of a file.
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            bytes: Vec::new(),
        }
    }

    /// The number of bytes that wait.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes what waits.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Begins the file.
    pub(super) fn begin(&mut self) {
        if self.format == Format::Csv {
            let names: Vec<_> = COLUMNS.iter().map(|column| column.name).collect();
            self.line(&names);
        }
    }

    /// Writes a category.
    pub(super) fn category(&mut self, id: CategoryId, tree: &Tree) {
        if let Some(category) = tree.get(id) {
            self.record(Record::Category, record::category(category, tree));
        }
    }

    /// Writes a product, with its variants behind it.
    pub(super) fn product(&mut self, whole: &Whole, tree: &Tree) {
        self.record(Record::Product, record::product(&whole.product, tree));
        for variant in &whole.variants {
            let mut fields = record::variant(variant);
            let sku = whole.product.sku.to_string();
            fields.insert("product".to_owned(), Value::String(sku));
            self.record(Record::Variant, fields);
        }
    }

    fn record(&mut self, record: Record, mut fields: Map<String, Value>) {
        match self.format {
            Format::Csv => self.line(&cells_of(record, &fields)),
            Format::Jsonl => {
                let kind = Value::String(record.as_str().to_owned());
                fields.insert("record".to_owned(), kind);
                let line = format!("{}\n", Value::Object(fields));
                self.bytes.extend(line.into_bytes());
            }
        }
    }

    fn line(&mut self, cells: &[impl AsRef<[u8]>]) {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut self.bytes);
        writer
            .write_record(cells)
            .expect("what is written to memory is written");
    }
}
