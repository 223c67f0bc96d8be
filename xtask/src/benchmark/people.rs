//! Somebody who does what a front end does, by sending the functions their samples.

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::authenticator::Authenticator;
use super::events::Filling;
use super::files::PICTURE;
use super::stage::Stage;
use crate::mailbox::Mail;

/// The password of all accounts here.
const PASSWORD: &str = "quiet-harbour-27-lanterns";

/// A person, and what they have in their hands.
pub(crate) struct Person<'a> {
    /// The stage they are on.
    stage: &'a Stage<'a>,
    /// The e-mail address of the person.
    email: String,
    /// What goes into the samples they send.
    pub(crate) filling: Filling,
    /// The person's second factor.
    pub(crate) authenticator: Option<Authenticator>,
    /// The key that the picture goes to that they have a form for.
    pub(crate) upload: Option<String>,
}

impl<'a> Person<'a> {
    /// Somebody without an account. Nobody else may have the name: mails are told apart by it.
    pub(crate) fn named(stage: &'a Stage<'a>, name: &str) -> Self {
        let email = format!("{name}@example.com");
        let mut filling = Filling::from([("email", email.clone()), ("login", email.clone())]);
        for field in ["password", "password_confirm", "current_password"] {
            filling.insert(field, PASSWORD.to_owned());
        }
        Self {
            stage,
            email,
            filling,
            authenticator: None,
            upload: None,
        }
    }

    /// Put something into the samples they send from now on.
    pub(crate) fn set(&mut self, name: &'static str, value: String) {
        self.filling.insert(name, value);
    }

    /// Use another address than the account's.
    pub(crate) fn want_other_address(&mut self) {
        self.set("email", format!("new.{}", self.email));
    }

    /// Call a function in the person's name. Gives what it answers.
    pub(crate) async fn call(&self, function: &str) -> Result<Value> {
        self.stage.call(function, &self.filling).await
    }

    /// Call a function until its answer has something, and give that.
    pub(crate) async fn call_until<T>(
        &self,
        function: &str,
        wanted: impl Fn(&Value) -> Option<T>,
    ) -> Result<T> {
        self.stage.call_until(function, &self.filling, wanted).await
    }

    /// Register, and get the link to verify the address. Gives the account's id.
    pub(crate) async fn register(&mut self) -> Result<String> {
        let registered = self.call("register_user").await?;
        self.set("user_id", text(&registered, "user_id")?);
        self.open_link("verify-email").await?;
        text(&registered, "user_id")
    }

    /// Register the person and verify the address. Gives the account's id.
    pub(crate) async fn join(&mut self) -> Result<String> {
        let id = self.register().await?;
        self.call("verify_email").await?;
        Ok(id)
    }

    /// Join, become an administrator, who may call everything, and log in.
    pub(crate) async fn join_as_admin(&mut self) -> Result<()> {
        let id = self.join().await?;
        self.stage.promote(&id).await?;
        self.log_in().await
    }

    /// Log in with the password.
    pub(crate) async fn log_in(&mut self) -> Result<()> {
        let tokens = self.call("obtain_token").await?;
        let access = text(&tokens, "access")?;
        self.set("authorization", format!("Bearer {access}"));
        self.set("refresh", text(&tokens, "refresh")?);
        Ok(())
    }

    /// The session of the last log-in.
    pub(crate) fn session(&self) -> Result<String> {
        let access = self.filling.get("authorization").map(String::as_str);
        session_of(access.unwrap_or_default()).context("an access token names no session")
    }

    /// Begin to set up a second factor.
    pub(crate) async fn begin_factor(&mut self) -> Result<()> {
        let begun = self.call("begin_totp").await?;
        self.authenticator = Some(Authenticator::new(&text(&begun, "secret")?)?);
        Ok(())
    }

    /// Set up a second factor.
    pub(crate) async fn add_factor(&mut self) -> Result<()> {
        self.begin_factor().await?;
        if let Some(authenticator) = &self.authenticator {
            self.set("code", authenticator.code()?);
        }
        self.call("confirm_totp").await.map(drop)
    }

    /// Wait for the mail with a link to a page of the front end, and take its token.
    pub(crate) async fn open_link(&mut self, page: &str) -> Result<()> {
        let page = format!("/{page}?token=");
        let token = |mail: &Mail| {
            let link = mail.links.iter().find(|link| link.contains(&page));
            link.and(mail.tokens.first().cloned())
        };
        let token = self.stage.mailed(&self.filling["email"], token).await?;
        self.set("token", token);
        Ok(())
    }

    /// Ask for a one-time code, and wait for it.
    pub(crate) async fn get_code(&mut self) -> Result<()> {
        self.call("request_otp").await?;
        let code = |mail: &Mail| mail.codes.first().cloned();
        let code = self.stage.mailed(&self.email, code).await?;
        self.set("code", code);
        Ok(())
    }

    /// Ask for a copy of the account, and wait until it is there.
    pub(crate) async fn get_export(&mut self) -> Result<()> {
        let asked = self.call("export_account").await?;
        self.set("id", text(&asked, "export_id")?);
        let ready = |mail: &Mail| {
            mail.links
                .iter()
                .find(|link| link.contains("/exports/"))
                .cloned()
        };
        self.stage.mailed(&self.email, ready).await.map(drop)
    }

    /// Ask for a task, and keep its id.
    pub(crate) async fn ask_for_task(&mut self) -> Result<()> {
        let asked = self.call("create_task").await?;
        self.set("id", text(&asked, "task_id")?);
        Ok(())
    }

    /// Ask for a report on the log-ins of a month, keep the id of its task, and wait for the mail that says where it is.
    pub(crate) async fn get_report(&mut self, month: &str) -> Result<()> {
        let body = json!({"type": "report", "report": "activity", "month": month});
        let (stage, filling) = (self.stage, &self.filling);
        let asked = stage.call_with("create_task", filling, Some(&body)).await?;
        self.set("id", text(&asked, "task_id")?);
        self.open_link("unsubscribe").await
    }

    /// Find the mail that verified the address, which takes an administrator.
    pub(crate) async fn find_mail(&mut self) -> Result<()> {
        self.set("address", self.email.clone());
        let id = |page: &Value| page["results"][0]["message_id"].as_str().map(str::to_owned);
        let id = self.call_until("find_mails", id).await?;
        self.set("message_id", id);
        Ok(())
    }

    /// Get the form to upload a picture with.
    pub(crate) async fn ask_for_form(&mut self) -> Result<()> {
        let form = self.call("create_avatar_upload").await?;
        self.set("avatar_id", text(&form, "avatar_id")?);
        self.upload = Some(text(&form["fields"], "key")?);
        Ok(())
    }

    /// Upload a picture, and wait until it is shown.
    pub(crate) async fn show_picture(&mut self) -> Result<()> {
        self.ask_for_form().await?;
        if let Some(key) = self.upload.take() {
            self.stage.files()?.upload(&key, PICTURE).await?;
        }
        let is_shown = |me: &Value| me["avatar"].as_object().map(drop);
        self.call_until("get_current_user", is_shown).await
    }
}

/// A text in an answer.
pub(crate) fn text(answer: &Value, name: &str) -> Result<String> {
    let text = answer[name].as_str().map(str::to_owned);
    text.with_context(|| format!("there is no {name} in {answer}"))
}

/// The session that an access token belongs to.
fn session_of(access: &str) -> Option<String> {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(access.split('.').nth(1)?);
    let claims: Value = serde_json::from_slice(&claims.ok()?).ok()?;
    Some(claims["sid"].as_str()?.to_owned())
}
