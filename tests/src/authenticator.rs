use std::time::Duration;

use accounts_testing::{Factor, recovery_codes};
use jiff::Timestamp;
use serde_json::json;
use test_support::machine_time;
use tokio::time::sleep;

use crate::member::{Member, Tokens};
use crate::stack::Stack;

/// An authenticator app that goes by the machine's clock.
#[derive(Debug, Clone)]
pub struct Authenticator {
    shown: String,
    factor: Factor,
    last_step: i64,
}

impl Authenticator {
    /// Takes in a secret in base32, as the app is shown it.
    pub fn new(secret: &str) -> Self {
        Self {
            shown: secret.to_owned(),
            factor: Factor::of(secret),
            last_step: 0,
        }
    }

    /// Sets up the second factor of a member and gives the app and the recovery codes.
    pub async fn set_up(stack: &Stack, member: &Member, tokens: &Tokens) -> (Self, Vec<String>) {
        let visitor = &member.visitor;
        let begun = visitor
            .post_as(
                &tokens.access,
                "/api/v1/auth/mfa/totp",
                &json!({"password": member.password}),
            )
            .await;
        let mut authenticator = Self::new(begun.expect(200).text("secret"));
        let code = json!({ "code": authenticator.code().await });
        let confirmed = visitor
            .post_as(&tokens.access, "/api/v1/auth/mfa/totp/confirm", &code)
            .await;
        let codes = recovery_codes(&confirmed.expect(200));
        assert_eq!(codes.len(), 10);
        stack.mail_to(&member.email, "has a second factor").await;
        (authenticator, codes)
    }

    /// The secret, as it was shown.
    pub fn secret(&self) -> &str {
        &self.shown
    }

    /// A code that it has not given yet. The service takes those of the step before and after too, so this seldom waits.
    pub async fn code(&mut self) -> String {
        self.last_step = (self.last_step + 1).max(step_now());
        while step_now() + 1 < self.last_step {
            sleep(Duration::from_millis(200)).await;
        }
        self.code_of(self.last_step)
    }

    /// The code it gave last.
    pub fn last_code(&self) -> String {
        self.code_of(self.last_step)
    }

    fn code_of(&self, step: i64) -> String {
        let at = Timestamp::from_second(step * Factor::STEP.as_secs());
        self.factor.code(at.expect("a moment of these days"))
    }
}

fn step_now() -> i64 {
    machine_time().as_second() / Factor::STEP.as_secs()
}
