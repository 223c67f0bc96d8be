//! The endpoints that give an account a new password or another address, killed at every step.

use accounts_testing::{Call, Person, TestApp};
use end_to_end::{Moment, Request, unique_address};
use serde_json::{Value, json};

use super::{Workshop, at_every_call};

/// The password that is chosen.
pub(super) const CHOSEN: &str = "quiet harbour, seven lanterns";

impl Workshop {
    /// Sends a request to a new process of its function and kills it at one of its calls. False if the process was done
    /// before it came so far.
    pub(super) async fn kill_endpoint_at(
        &self,
        name: &str,
        request: &Request,
        call: usize,
        moment: Moment,
    ) -> bool {
        let event = request.as_event();
        self.kill_at(name, &event, call, moment).await.is_some()
    }

    /// The token of the newest link to a page that was mailed to an address.
    pub(super) async fn token_for(&self, email: &str, page: &str) -> String {
        self.app.deliver().await;
        let start = format!("/{page}?token=");
        let mails = self.app.mails_to(email).await;
        let token = mails.iter().rev().find_map(|mail| mail.after(&start));
        token.unwrap_or_else(|| panic!("no link to {page} was sent: {mails:#?}"))
    }

    /// The owner tries again, and either it is done now or it was done before.
    pub(super) async fn try_again(&self, target: &str, body: &Value, was_done: bool) {
        let again = self.app.call(Call::post(target, body)).await;
        if was_done {
            again.expect_error(400, "invalid_token");
        } else {
            let _ = again.expect(200);
        }
    }

    /// How many notices of an event were recorded for an account.
    async fn notices_of(&self, event: &str, person: &Person) -> usize {
        let id = person.id.to_string();
        let is_one = |task: &String| task.contains(event) && task.contains(&id);
        let tasks = self.app.tasks().await;
        tasks.iter().map(Value::to_string).filter(is_one).count()
    }
}

#[tokio::test]
async fn a_reset_killed_at_any_step_has_happened_or_has_not() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    at_every_call(2, async |call, moment| {
        let person = app.member(&unique_address("forgetful")).await;
        let session = app.log_in(&person).await;
        let forgot = json!({"email": person.email});
        let asked = Call::post("/api/v1/auth/password/forgot", &forgot);
        let _ = app.call(asked).await.expect(200);
        let token = workshop.token_for(&person.email, "reset-password").await;
        let body = json!({"token": token, "password": CHOSEN, "password_confirm": CHOSEN});
        let target = "/api/v1/auth/password/reset";

        let request = Request::post(target, &body);
        let killed = workshop
            .kill_endpoint_at("reset_password", &request, call, moment)
            .await;

        let place = format!("{call} {moment:?}");
        let has_new = app.obtain_token(&person.email, CHOSEN).await.status == 200;
        let old = app.obtain_token(&person.email, TestApp::PASSWORD).await;
        let before = app.me(&session.access).await;
        let expected = if has_new { (401, 401) } else { (200, 200) };
        assert_eq!((old.status, before.status), expected, "{place}");
        workshop.try_again(target, &body, has_new).await;
        let _ = app.obtain_token(&person.email, CHOSEN).await.expect(200);
        let me = app.me(&session.access).await;
        me.expect_error(401, "not_authenticated");
        let notices = workshop.notices_of("password_changed", &person).await;
        assert_eq!(notices, 1, "{place}");
        app.deliver().await;
        killed
    })
    .await;
    workshop.close().await;
}

#[tokio::test]
async fn a_change_of_address_killed_at_any_step_has_happened_or_has_not() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    at_every_call(2, async |call, moment| {
        let [old, new] = ["old", "new"].map(unique_address);
        let person = app.member(&old).await;
        let session = app.log_in(&person).await;
        let ask = json!({"email": new, "password": TestApp::PASSWORD});
        let ask = Call::post("/api/v1/users/me/email", &ask).with_token(&session.access);
        let _ = app.call(ask).await.expect(200);
        let token = workshop.token_for(&new, "confirm-email").await;
        let body = json!({ "token": token });
        let target = "/api/v1/users/me/email/confirm";

        let request = Request::post(target, &body);
        let killed = workshop
            .kill_endpoint_at("confirm_email_change", &request, call, moment)
            .await;

        let place = format!("{call} {moment:?}");
        let by = async |email: &str| app.obtain_token(email, TestApp::PASSWORD).await.status;
        let by_new = by(&new).await;
        let has_new = by_new == 200;
        let expected = if has_new { (200, 401) } else { (401, 200) };
        assert_eq!((by_new, by(&old).await), expected, "{place}");
        workshop.try_again(target, &body, has_new).await;
        assert_eq!((by(&new).await, by(&old).await), (200, 401), "{place}");
        let notices = workshop.notices_of("email_changed", &person).await;
        assert_eq!(notices, 1, "{place}");
        app.deliver().await;
        killed
    })
    .await;
    workshop.close().await;
}
