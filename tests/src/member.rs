use accounts_testing::claims_of;
use lambda_harness::Function;
use test_support::{Answer, Mail};

use crate::stack::Stack;
use crate::visitor::Visitor;

/// An account whose address is verified, made through the product's own doors.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its id.
    pub id: String,
    /// Its address.
    pub email: String,
    /// Its password.
    pub password: String,
    /// The token of the link that verified it.
    pub token: String,
    /// Who it is to the API.
    pub visitor: Visitor,
    stack: Stack,
}

/// What a log-in gives, as anybody sees it.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

impl Tokens {
    /// Of an answer that has them.
    pub fn of(answer: &Answer) -> Self {
        Self {
            access: answer.text("access").to_owned(),
            refresh: answer.text("refresh").to_owned(),
        }
    }

    /// Whether they say the same as others. They may be signed by another key: a process signs with the one it has read
    /// until it looks again, and another test has the key replaced.
    pub fn say_as(&self, others: &Self) -> bool {
        claims_of(&self.access) == claims_of(&others.access)
            && claims_of(&self.refresh) == claims_of(&others.refresh)
    }

    /// The session they belong to.
    pub fn session_id(&self) -> String {
        let id = claims_of(&self.access)["sid"].as_str().map(str::to_owned);
        id.expect("an access token names its session")
    }
}

/// An address that no other test and no other run has.
pub fn unique_address(name: &str) -> String {
    let id: u64 = rand::random_range(0..u64::MAX);
    format!("{name}.{id:016x}@example.com")
}

impl Member {
    /// Registers and verifies by the mailed link.
    pub async fn join(stack: &Stack) -> Self {
        Self::join_as(stack, Visitor::new(stack)).await
    }

    /// The same as a certain visitor.
    pub async fn join_as(stack: &Stack, visitor: Visitor) -> Self {
        let (email, password) = (unique_address("member"), unique_password());
        let answer = visitor.register(&email, &password).await.expect(201);
        let token = stack.token_to(&email, 1).await;
        let _ = visitor.verify_email(&token).await.expect(200);
        Self {
            id: answer.text("user_id").to_owned(),
            email,
            password,
            token,
            visitor,
            stack: stack.clone(),
        }
    }

    /// Has a code sent and gives it.
    pub async fn fresh_code(&self) -> String {
        let mails = self.stack.mails_to(&self.email).await;
        let before = mails.iter().filter_map(Mail::code).count();
        let _ = self.visitor.request_code(&self.email).await.expect(200);
        self.stack.code_to(&self.email, before + 1).await
    }

    /// Logs in with a code.
    pub async fn log_in(&self) -> Tokens {
        let code = self.fresh_code().await;
        let answer = self.visitor.verify_code(&self.email, &code).await;
        Tokens::of(&answer.expect(200))
    }

    /// Logs in with the password.
    pub async fn sign_in(&self) -> Tokens {
        let answer = self.visitor.log_in(&self.email, &self.password).await;
        Tokens::of(&answer.expect(200))
    }

    /// The same, as an administrator from now on. The door to that is `cargo xtask create-admin`.
    pub async fn sign_in_as_admin(&self) -> Tokens {
        self.stack.grant(&self.id, "admin").await;
        self.sign_in().await
    }

    /// Its item in the identity table.
    pub async fn stored(&self) -> serde_json::Value {
        let pk = format!("USER#{}", self.id);
        self.stack.identity_item(&pk, "USER").await
    }

    /// Logs in with a code at a process that is not deployed.
    pub async fn log_in_by(&self, verify_otp: &Function, code: &str) -> Tokens {
        let answer = self
            .visitor
            .verify_code_by(verify_otp, &self.email, code)
            .await;
        Tokens::of(&answer.expect(200))
    }
}

/// A password that can be told from everything else in a log.
pub fn unique_password() -> String {
    let id: u64 = rand::random_range(0..u64::MAX);
    format!("quiet harbour {id:016x}")
}
