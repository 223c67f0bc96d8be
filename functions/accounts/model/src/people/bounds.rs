use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use store::value::string;

/// A part of a partition.
pub(crate) enum Bounds {
    /// The keys from the one text up to the other.
    Between(Option<String>, Option<String>),
    /// All keys that begin with the text.
    Beginning(String),
}

impl Bounds {
    /// Whether a sort key is within.
    pub(crate) fn take(&self, key: &str) -> bool {
        let within = match self {
            Self::Between(from, to) => {
                from.as_deref().is_none_or(|from| key >= from)
                    && to.as_deref().is_none_or(|to| key < to)
            }
            Self::Beginning(text) => key.starts_with(text),
        };
        within && !key.is_empty()
    }

    /// Has a query look at this part of a partition alone.
    pub(crate) fn put_into(&self, query: QueryFluentBuilder, pk: &str) -> QueryFluentBuilder {
        // No key is `:to` itself, with which BETWEEN would end: every key goes on behind what it is sorted by.
        let (range, values) = match self {
            Self::Between(None, None) => ("", vec![]),
            Self::Between(Some(from), None) => (" AND #sk >= :from", vec![(":from", from)]),
            Self::Between(None, Some(to)) => (" AND #sk < :to", vec![(":to", to)]),
            Self::Between(Some(from), Some(to)) => (
                " AND #sk BETWEEN :from AND :to",
                vec![(":from", from), (":to", to)],
            ),
            Self::Beginning(text) => (" AND begins_with(#sk, :text)", vec![(":text", text)]),
        };
        let mut query = query
            .key_condition_expression(format!("#pk = :pk{range}"))
            .expression_attribute_names("#pk", "pk")
            .expression_attribute_values(":pk", string(pk));
        if !range.is_empty() {
            query = query.expression_attribute_names("#sk", "sk");
        }
        for (name, value) in values {
            query = query.expression_attribute_values(name, string(value));
        }
        query
    }
}
