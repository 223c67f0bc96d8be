//! An index in files, and requests that fit it: what `cargo xtask bench catalog` has the functions answer.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use catalog_index::{Builder, CURRENT, Index, Limits, SCHEMA};

use crate::products::Products;
use crate::token;

/// Requests of a kind that are written.
const REQUESTS: usize = 400;

/// Writes an index of so many products below a folder, as it lies in a bucket, and `requests.tsv` beside it: kinds of requests, and a
/// query string each.
pub(crate) fn write(count: usize, folder: &Path) -> io::Result<()> {
    let mut products = Products::new(7);
    let limits = Limits::default();
    let mut builder = Builder::new(&Index::empty(), Products::tree(), token(1), &limits);
    for _ in 0..count {
        builder.add(products.entry()).map_err(io::Error::other)?;
    }
    let built = builder.finish(&Index::empty()).map_err(io::Error::other)?;

    let files = folder.join(format!("v{SCHEMA}"));
    fs::create_dir_all(&files)?;
    for file in &built.new_files {
        fs::write(files.join(file.name()), file.bytes())?;
    }
    fs::write(files.join(CURRENT), built.index.manifest().to_bytes())?;

    let mut requests = BufWriter::new(fs::File::create(folder.join("requests.tsv"))?);
    for (kind, make) in KINDS {
        for _ in 0..REQUESTS {
            writeln!(requests, "{kind}\t{}", make(&mut products, count))?;
        }
    }
    requests.flush()
}

/// A kind: what it is called, and how a query string is made for a catalogue of so many products.
type Kind = (&'static str, fn(&mut Products, usize) -> String);

const KINDS: [Kind; 6] = [
    // What a request costs besides: an event, the count of a limit, an answer.
    ("nothing found", |_, _| "min_price=9000000".to_owned()),
    ("list", |_, _| String::new()),
    ("filter and order", |products, _| {
        format!("{}&ordering=price", filters(products))
    }),
    ("search", |products, _| search(products)),
    ("search and filter, with facets", |products, _| {
        format!(
            "{}&min_price=2.00&in_stock=true&facets=true",
            search(products)
        )
    }),
    ("page 50", |_, count| {
        // Of twenty, as pages are, where there are so many.
        format!("page=50&page_size={}&ordering=-name", (count / 100).min(20))
    }),
];

fn filters(products: &mut Products) -> String {
    let (key, value) = products.fact();
    let slug = products.slug();
    format!(
        "category={slug}&max_price=100.00&in_stock=true&attributes.{key}={}",
        encoded(&value)
    )
}

fn search(products: &mut Products) -> String {
    format!("search={}&ordering=relevance", encoded(&products.typed()))
}

/// Texts of the generator are words, blanks and quotes.
fn encoded(text: &str) -> String {
    text.replace(' ', "%20").replace('"', "%22")
}
