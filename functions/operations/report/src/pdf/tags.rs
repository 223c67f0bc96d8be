//! What programs that read aloud are told: which text is a heading, which one a cell and of which column.

use std::num::NonZeroU16;

use krilla::geom::Rect;
use krilla::tagging::{BBox, Identifier, Node, TableHeaderScope, Tag, TagGroup, TagTree};

/// Rows of a file whose cells are tagged one by one. A tagged cell takes 800 octets of memory, and in a hundred thousand rows
/// of five cells that is 400 MB; those after are a paragraph a page.
const MAX_ROWS: usize = 5_000;

/// The tree of tags as it grows.
pub(super) struct Tags {
    tree: TagTree,
    table: Option<OpenTable>,
    rows: usize,
}

/// A table to which rows are still added.
struct OpenTable {
    head: TagGroup,
    body: TagGroup,
    rest: Vec<Identifier>,
}

impl Tags {
    /// A tree without tags, in a language.
    pub(super) fn new(language: &str) -> Self {
        Self {
            tree: TagTree::new().with_lang(Some(language.to_owned())),
            table: None,
            rows: 0,
        }
    }

    /// Adds a heading; the title of the file is of the first level.
    pub(super) fn heading(&mut self, level: u16, title: &str, text: Identifier) {
        self.end_table();
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.push(Tag::Hn(level, Some(title.to_owned())), [text]);
    }

    /// Adds a paragraph.
    pub(super) fn paragraph(&mut self, text: Identifier) {
        self.push(Tag::P, [text]);
    }

    /// Adds a picture, which says in words what it shows.
    pub(super) fn figure(
        &mut self,
        words: String,
        page: usize,
        around: Option<Rect>,
        content: Identifier,
    ) {
        let bbox = around.map(|rect| BBox::new(page, rect));
        self.push(Tag::Figure(Some(words)).with_bbox(bbox), [content]);
    }

    /// Begins a table with its header row.
    pub(super) fn begin_table(&mut self, header: Vec<Identifier>) {
        let mut row = TagGroup::new(Tag::TR);
        for cell in header {
            let scope = TableHeaderScope::Column;
            row.push(TagGroup::with_children(Tag::TH(scope), vec![cell.into()]));
        }
        self.table = Some(OpenTable {
            head: TagGroup::with_children(Tag::THead, vec![row.into()]),
            body: TagGroup::new(Tag::TBody),
            rest: Vec::new(),
        });
    }

    /// Whether the cells of the next row are to be tagged.
    pub(super) fn has_room(&self) -> bool {
        self.rows < MAX_ROWS
    }

    /// Adds a row. An empty cell has no text.
    pub(super) fn row(&mut self, cells: Vec<Option<Identifier>>) {
        self.rows += 1;
        let Some(table) = &mut self.table else { return };
        let cells = cells.into_iter().map(|cell| {
            let text: Vec<Node> = cell.into_iter().map(Into::into).collect();
            TagGroup::with_children(Tag::TD, text).into()
        });
        table
            .body
            .push(TagGroup::with_children(Tag::TR, cells.collect()));
    }

    /// Adds rows of a page as one text.
    pub(super) fn rest(&mut self, rows: Identifier) {
        if let Some(table) = &mut self.table {
            table.rest.push(rows);
        }
    }

    /// The whole tree.
    pub(super) fn finish(mut self) -> TagTree {
        self.end_table();
        self.tree
    }

    fn end_table(&mut self) {
        let Some(OpenTable { head, body, rest }) = self.table.take() else {
            return;
        };
        let parts = vec![head.into(), body.into()];
        self.tree.push(TagGroup::with_children(Tag::Table, parts));
        for rows in rest {
            self.push(Tag::P, [rows]);
        }
    }

    fn push(&mut self, tag: impl Into<krilla::tagging::TagKind>, content: [Identifier; 1]) {
        let content = content.into_iter().map(Node::from).collect();
        self.tree.push(TagGroup::with_children(tag, content));
    }
}
