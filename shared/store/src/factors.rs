use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::id::UserId;

use crate::Store;
use crate::expression::{Change, bool, n};
use crate::keys;
use crate::logins::SecondProof;

/// Second factors: one-time passwords by time, and recovery codes.
pub struct Factors<'a>(pub(crate) &'a Store);

impl Factors<'_> {
    /// The write that spends a one-time password or a recovery code: each is good once.
    pub(crate) fn spend(&self, user_id: UserId, proof: SecondProof<'_>) -> TransactWriteItem {
        let table = &self.0.tables.identity;
        match proof {
            SecondProof::Totp(step) => Change {
                table,
                key: keys::totp(user_id),
                update: "SET #last_step = :step",
                condition: "#active = :yes AND #last_step < :step",
                values: vec![(":yes", bool(true)), (":step", n(step))],
            }
            .in_transaction(),
            SecondProof::RecoveryCode(hash) => Change {
                table,
                key: keys::recovery_codes(user_id),
                update: "DELETE #hashes :hashes",
                condition: "contains(#hashes, :hash)",
                values: vec![
                    (":hashes", AttributeValue::Ss(vec![hash.to_owned()])),
                    (":hash", AttributeValue::S(hash.to_owned())),
                ],
            }
            .in_transaction(),
        }
    }
}
