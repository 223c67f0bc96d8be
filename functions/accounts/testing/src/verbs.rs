//! What callers do, in one word each. Every call comes from an address of its own unless it is made with [`Call`].

use serde_json::{Value, json};
use test_support::{Answer, Call};

use crate::TestApp;
use crate::people::LoggedIn;

impl TestApp {
    /// The password of everybody: one that follows the policy.
    pub const PASSWORD: &str = "correct horse battery";

    /// The body of a registration that is in order.
    pub fn registration(email: &str) -> Value {
        json!({"email": email, "password": Self::PASSWORD, "password_confirm": Self::PASSWORD})
    }

    /// A registration call with this body.
    pub fn register_call(body: &Value) -> Call {
        Call::post("/api/v1/auth/register", body)
    }

    /// A log-in call with a code.
    pub fn verify_otp_call(email: &str, code: &str) -> Call {
        let body = json!({"email": email, "code": code});
        Call::post("/api/v1/auth/otp/verify", &body)
    }

    /// A log-in call with a password; `login` is an address or a username.
    pub fn obtain_token_call(login: &str, password: &str) -> Call {
        let body = json!({"login": login, "password": password});
        Call::post("/api/v1/auth/token", &body)
    }

    /// A call that ends its own session.
    pub fn log_out_call(token: &str) -> Call {
        Call::new("POST", "/api/v1/auth/logout").with_token(token)
    }

    /// A call that ends all sessions, or all others.
    pub fn log_out_everywhere_call(token: &str, keep_current: bool) -> Call {
        let body = json!({ "keep_current": keep_current });
        Call::post("/api/v1/auth/logout-all", &body).with_token(token)
    }

    /// The calls by which another session ends one: it alone, and all there are.
    pub fn ending_calls(session: &LoggedIn, other: &LoggedIn) -> [Call; 2] {
        let path = format!("/api/v1/users/me/sessions/{}", session.session_id);
        [
            Call::new("DELETE", &path).with_token(&other.access),
            Self::log_out_everywhere_call(&other.access, false),
        ]
    }

    /// A call for a code.
    pub fn request_otp_call(email: &str) -> Call {
        Call::post("/api/v1/auth/otp/request", &json!({ "email": email }))
    }

    /// A call for a new verification link.
    pub fn resend_call(email: &str) -> Call {
        Call::post(
            "/api/v1/auth/resend-verification",
            &json!({ "email": email }),
        )
    }

    /// A call with a verification token in its query.
    pub fn verify_email_call(token: &str) -> Call {
        Call::get(&format!("/api/v1/auth/verify-email?token={token}"))
    }

    /// A call that proves a session anew; `proof` is `{"password": …}`, `{"code": …}` or `{"recovery_code": …}`.
    pub fn reauthenticate_call(token: &str, proof: &Value) -> Call {
        Call::post("/api/v1/auth/reauthenticate", proof).with_token(token)
    }

    /// A call for new tokens.
    pub fn refresh_call(token: &str) -> Call {
        Call::post("/api/v1/auth/token/refresh", &json!({ "refresh": token }))
    }

    /// A call for the caller's profile.
    pub fn me_call(token: &str) -> Call {
        Call::get("/api/v1/users/me").with_token(token)
    }

    /// Registers an account.
    pub async fn register(&self, body: &Value) -> Answer {
        self.call(Self::register_call(body)).await
    }

    /// Verifies an address by GET.
    pub async fn verify_email(&self, token: &str) -> Answer {
        self.call(Self::verify_email_call(token)).await
    }

    /// Asks for a new verification link.
    pub async fn resend(&self, email: &str) -> Answer {
        self.call(Self::resend_call(email)).await
    }

    /// Asks for a code.
    pub async fn request_otp(&self, email: &str) -> Answer {
        self.call(Self::request_otp_call(email)).await
    }

    /// Logs in with a code.
    pub async fn verify_otp(&self, email: &str, code: &str) -> Answer {
        self.call(Self::verify_otp_call(email, code)).await
    }

    /// Logs in with a password.
    pub async fn obtain_token(&self, login: &str, password: &str) -> Answer {
        self.call(Self::obtain_token_call(login, password)).await
    }

    /// Ends the session of a token.
    pub async fn log_out(&self, token: &str) -> Answer {
        self.call(Self::log_out_call(token)).await
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, token: &str) -> Answer {
        self.call(Self::refresh_call(token)).await
    }

    /// Reads the caller's profile.
    pub async fn me(&self, token: &str) -> Answer {
        self.call(Self::me_call(token)).await
    }

    /// Reads the public keys.
    pub async fn jwks(&self) -> Answer {
        self.call(Call::get("/.well-known/jwks.json")).await
    }
}
