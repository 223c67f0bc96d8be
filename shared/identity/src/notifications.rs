//! What the owner of an account wants to hear of.

use serde::{Deserialize, Serialize};

/// What a mail or a message is about that an owner need not get. Security notices and answers to what was asked for are about
/// none of these: they always come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// News of what the owner takes part in.
    Updates,
    /// Advice on how to make more of the product.
    Tips,
    /// Payments: due, made, failed.
    Payment,
}

/// What somebody wants to hear of, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotificationSettings {
    /// What the owner wants to hear of by mail.
    pub email: Channel,
    /// What the owner wants to hear of on their devices.
    pub push: Channel,
}

/// What somebody wants to hear of in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Channel {
    /// Whether the owner hears of news.
    pub updates: bool,
    /// Whether the owner gets advice on how to make more of the product.
    pub tips: bool,
    /// Payments: due, made, failed.
    pub payment: bool,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Updates, Self::Tips, Self::Payment];

    /// The name in settings and tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Updates => "updates",
            Self::Tips => "tips",
            Self::Payment => "payment",
        }
    }

    /// The topic of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == name)
    }
}

impl Channel {
    /// Whether the owner hears of a topic.
    pub fn wants(self, topic: Topic) -> bool {
        match topic {
            Topic::Updates => self.updates,
            Topic::Tips => self.tips,
            Topic::Payment => self.payment,
        }
    }

    /// The same, with a topic that the owner does not hear of any more.
    #[must_use]
    pub fn without(mut self, topic: Topic) -> Self {
        let wanted = match topic {
            Topic::Updates => &mut self.updates,
            Topic::Tips => &mut self.tips,
            Topic::Payment => &mut self.payment,
        };
        *wanted = false;
        self
    }
}

impl Default for Channel {
    /// What concerns the owner's own account. Advice is advertising, and that needs to be asked for.
    fn default() -> Self {
        Self {
            updates: true,
            tips: false,
            payment: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_left_out_alone() {
        for topic in Topic::ALL {
            let all = Channel {
                updates: true,
                tips: true,
                payment: true,
            };
            let fewer = all.without(topic);
            for other in Topic::ALL {
                assert_eq!(fewer.wants(other), other != topic, "{topic:?} {other:?}");
            }
            assert_eq!(Topic::named(topic.as_str()), Some(topic));
        }
        assert_eq!(Topic::named("Updates"), None);
    }
}
