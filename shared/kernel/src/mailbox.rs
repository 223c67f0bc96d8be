//! The mailbox behind an address.

use crate::email::EmailAddress;

/// Domains whose mailboxes have no dots: mail to `a.nn@` reaches `ann@` (support.google.com/mail/answer/7436150).
const WITHOUT_DOTS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// The name that all spellings of one mailbox have in common: the address without the tag behind a plus sign (RFC 5233), and
/// without dots where the domain is known to pass them over. For counting alone: mail goes to the address as it was typed, and
/// an account belongs to it as typed.
pub fn mailbox_of(email: &EmailAddress) -> String {
    let local = email.local_part();
    let domain = &email.as_str()[local.len()..].trim_start_matches('@');
    let name = match local.split_once('+') {
        // A local part that is a tag alone is no tag.
        Some((name, _)) if !name.is_empty() => name,
        _ => local,
    };
    if !WITHOUT_DOTS.contains(domain) {
        return format!("{name}@{domain}");
    }
    // Its two domains are one.
    format!("{}@{}", name.replace('.', ""), WITHOUT_DOTS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_mailbox_have_one_name() {
        for (typed, mailbox) in [
            ("ann@example.com", "ann@example.com"),
            ("ann+kinwise@example.com", "ann@example.com"),
            ("Ann+a+b@example.com", "ann@example.com"),
            ("a.nn@example.com", "a.nn@example.com"),
            ("a.n.n+x@gmail.com", "ann@gmail.com"),
            ("ann@googlemail.com", "ann@gmail.com"),
            ("+ann@example.com", "+ann@example.com"),
        ] {
            let email = EmailAddress::parse(typed).unwrap();
            assert_eq!(mailbox_of(&email), mailbox, "{typed}");
        }
    }
}
