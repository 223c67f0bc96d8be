/// What part of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// Entries wanted at most.
    pub size: usize,
    /// Where it goes on: a [`Page`]'s `next` or `previous`. The beginning, if there is none.
    pub position: Option<String>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where the part after it begins, if there is one.
    pub next: Option<String>,
    /// Where the part before it begins, if there is one.
    pub previous: Option<String>,
}
