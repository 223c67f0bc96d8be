//! Second factors: an authenticator that goes by the test's clock, and accounts that have one.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use test_support::{Answer, Call};

use crate::TestApp;
use crate::people::{LoggedIn, Person};
use crate::totp::Totp;

/// What the owner of a second factor holds.
#[derive(Debug, Clone)]
pub struct Factor {
    totp: Totp,
    /// The recovery codes, as they were shown.
    pub recovery_codes: Vec<String>,
}

impl Factor {
    /// The time for which an authenticator shows a code.
    pub const STEP: SignedDuration = SignedDuration::from_secs(30);

    /// An authenticator that was given a secret.
    pub fn of(secret: &str) -> Self {
        Self {
            totp: Totp::new(secret),
            recovery_codes: Vec::new(),
        }
    }

    /// What the authenticator shows at a moment.
    pub fn code(&self, at: Timestamp) -> String {
        self.totp.code(at)
    }

    /// A code that it shows at no moment near this one.
    pub fn wrong_code(&self, at: Timestamp) -> String {
        let near: Vec<_> = (-3..=3)
            .map(|steps| self.code(at + Self::STEP * steps))
            .collect();
        (0..=near.len())
            .map(|number| format!("{number:06}"))
            .find(|code| !near.contains(code))
            .expect("one of eight codes is none of seven")
    }
}

impl TestApp {
    /// A call that begins to set up a second factor.
    pub fn begin_totp_call(token: &str) -> Call {
        Call::new("POST", "/api/v1/auth/mfa/totp").with_token(token)
    }

    /// A call that confirms it.
    pub fn confirm_totp_call(token: &str, code: &str) -> Call {
        let body = json!({ "code": code });
        Call::post("/api/v1/auth/mfa/totp/confirm", &body).with_token(token)
    }

    /// A call that takes it away; `proof` is `{"code": …}` or `{"recovery_code": …}`.
    pub fn disable_totp_call(token: &str, proof: &Value) -> Call {
        Call::post("/api/v1/auth/mfa/totp/disable", proof).with_token(token)
    }

    /// A call for new recovery codes.
    pub fn renew_recovery_codes_call(token: &str, code: &str) -> Call {
        let body = json!({ "code": code });
        Call::post("/api/v1/auth/mfa/recovery-codes", &body).with_token(token)
    }

    /// An answer to a challenge; `proof` is `{"code": …}` or `{"recovery_code": …}`.
    pub fn answer_challenge_call(challenge: &str, proof: &Value) -> Call {
        let mut body = proof.clone();
        body["challenge"] = json!(challenge);
        Call::post("/api/v1/auth/mfa/verify", &body)
    }

    /// Answers a challenge with the code of an authenticator.
    pub async fn answer_challenge(&self, challenge: &str, code: &str) -> Answer {
        let call = Self::answer_challenge_call(challenge, &json!({ "code": code }));
        self.call(call).await
    }

    /// Sets up a second factor for the account of a token.
    pub async fn set_up_factor(&self, token: &str) -> Factor {
        let begun = self.call(Self::begin_totp_call(token)).await.expect(200);
        let mut factor = Factor::of(begun.text("secret"));
        let call = Self::confirm_totp_call(token, &factor.code(self.now()));
        let confirmed = self.call(call).await.expect(200);
        factor.recovery_codes = recovery_codes(&confirmed);
        self.deliver().await;
        factor
    }

    /// An account with a second factor, and the session it was set up in.
    pub async fn member_with_factor(&self, email: &str) -> (Person, Factor, LoggedIn) {
        let person = self.member(email).await;
        let session = self.log_in_by_password(&person).await;
        let factor = self.set_up_factor(&session.access).await;
        (person, factor, session)
    }

    /// Waits until the authenticator shows the next code, and reads it.
    pub fn next_factor_code(&self, factor: &Factor) -> String {
        self.advance(Factor::STEP);
        factor.code(self.now())
    }

    /// The challenge that a log-in with the password leads to.
    pub async fn challenge_of(&self, person: &Person) -> String {
        let answer = self.obtain_token(&person.email, Self::PASSWORD).await;
        let answer = answer.expect(200);
        assert_eq!(answer.json["mfa_required"], true, "{}", answer.json);
        answer.text("challenge").to_owned()
    }

    /// Logs a person in with password and second factor.
    pub async fn log_in_with_factor(&self, person: &Person, factor: &Factor) -> LoggedIn {
        let challenge = self.challenge_of(person).await;
        let code = self.next_factor_code(factor);
        LoggedIn::of(&self.answer_challenge(&challenge, &code).await.expect(200))
    }
}

/// The recovery codes of an answer.
pub fn recovery_codes(answer: &Answer) -> Vec<String> {
    let codes = answer.json["recovery_codes"].as_array();
    let texts = codes.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
