//! The columns of a CSV file, and what each is to each kind of record.

use std::str::FromStr;

/// What a record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Record {
    /// A category, by its slug.
    Category,
    /// A product, by its SKU.
    Product,
    /// A variant, by its SKU, of a product that it names by the SKU of that.
    Variant,
}

/// A column of a CSV file. But for the three that are a size, each is a field of the same name.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its name, in the first line.
    pub(crate) name: &'static str,
    /// What its cells hold.
    pub(crate) holds: Holds,
    /// The kinds of records that have it.
    of: &'static [Record],
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A text. An empty one is none, where a field may have none.
    Text,
    /// `true` or `false`. What is empty is left out.
    Flag,
    /// A whole number. What is empty is none.
    Number,
    /// Names with blanks between.
    Names,
    /// A JSON object. What is empty is an empty one.
    Object,
    /// A side of a size: all three are empty, or none.
    Side,
}

use Record::{Category, Product, Variant};

/// All columns, in the order in which an export has them. A file to be imported has those that it wants, in any order.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("record", Holds::Text, &[]),
    Column::new("sku", Holds::Text, &[Product, Variant]),
    Column::new("product", Holds::Text, &[Variant]),
    Column::new("slug", Holds::Text, &[Category, Product]),
    Column::new("parent", Holds::Text, &[Category]),
    Column::new("name", Holds::Text, &[Category, Product, Variant]),
    Column::new("description", Holds::Text, &[Category, Product]),
    Column::new("short_description", Holds::Text, &[Product]),
    Column::new("price", Holds::Text, &[Product, Variant]),
    Column::new("compare_price", Holds::Text, &[Product]),
    Column::new("currency", Holds::Text, &[Product]),
    Column::new("categories", Holds::Names, &[Product]),
    Column::new("attributes", Holds::Object, &[Product, Variant]),
    Column::new("is_active", Holds::Flag, &[Category, Product, Variant]),
    Column::new("is_digital", Holds::Flag, &[Product]),
    Column::new("weight", Holds::Number, &[Product]),
    Column::new("length", Holds::Side, &[Product]),
    Column::new("width", Holds::Side, &[Product]),
    Column::new("height", Holds::Side, &[Product]),
    Column::new("tax_class", Holds::Text, &[Product]),
    Column::new("low_stock_threshold", Holds::Number, &[Variant]),
];

impl Column {
    const fn new(name: &'static str, holds: Holds, of: &'static [Record]) -> Self {
        Self { name, holds, of }
    }

    /// The column of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        COLUMNS.iter().find(|column| column.name == name)
    }

    /// Whether records of a kind have it.
    pub(crate) fn is_of(&self, record: Record) -> bool {
        self.of.contains(&record)
    }
}

impl Record {
    /// Its name in a file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Category => "category",
            Product => "product",
            Variant => "variant",
        }
    }

    /// The field by which it is found.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Category => "slug",
            Product | Variant => "sku",
        }
    }

    /// Whether it has a field of this name.
    pub(crate) fn has(self, field: &str) -> bool {
        match field {
            "dimensions" => self == Product,
            _ => Column::named(field)
                .is_some_and(|column| column.holds != Holds::Side && column.is_of(self)),
        }
    }
}

impl FromStr for Record {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = [Category, Product, Variant].into_iter();
        all.find(|record| record.as_str() == text)
            .ok_or("Enter category, product or variant.")
    }
}
