//! The front ends of the systems before this one, as far as their documents show requests: at their own addresses, with their
//! own bodies. Addresses and names of people are this run's own.

use end_to_end::{Request, Stack, Visitor, unique_address};
use serde_json::{Value, json};
use test_support::Answer;

/// Somebody with the front end of one of them.
struct FrontEnd {
    stack: Stack,
    visitor: Visitor,
    email: String,
}

impl FrontEnd {
    fn new(name: &str) -> Self {
        let stack = Stack::deployed();
        let visitor = Visitor::new(&stack);
        Self {
            stack,
            visitor,
            email: unique_address(name),
        }
    }

    /// A name that nobody else has.
    fn username(&self) -> String {
        let (local, _) = self.email.split_once('@').unwrap();
        local.replace(['.', '-', '+'], "_")
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.visitor.follow(Request::post(path, body)).await
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        let request = Request::get(path).with_token(token);
        self.visitor.follow(request).await
    }

    async fn mailed_token(&self) -> String {
        self.stack.token_to(&self.email, 1).await
    }
}

#[tokio::test]
async fn the_front_end_of_the_template_registers_logs_in_and_shows_the_profile() {
    let front_end = FrontEnd::new("template");
    let body = json!({
        "email": front_end.email, "username": front_end.username(),
        "password": "secure_password", "password_confirm": "secure_password",
    });
    let _ = front_end
        .post("/api/access/users/", &body)
        .await
        .expect(201);
    let log_in = json!({"email": front_end.email, "password": "secure_password"});
    let early = front_end.post("/api/access/auth/login/", &log_in).await;
    early.expect_error(403, "email_not_verified");
    let _ = front_end
        .visitor
        .verify_email(&front_end.mailed_token().await)
        .await;

    let tokens = front_end
        .post("/api/access/auth/login/", &log_in)
        .await
        .expect(200);

    let me = front_end
        .get("/api/access/users/me/", tokens.text("access"))
        .await;
    assert_eq!(me.expect(200).text("email"), front_end.email);
    let refresh = json!({"refresh": tokens.text("refresh")});
    let fresh = front_end
        .post("/api/access/auth/refresh/", &refresh)
        .await
        .expect(200);
    let devices = front_end
        .get("/api/access/logged-devices/", fresh.text("access"))
        .await;
    assert_eq!(devices.expect(200).json["count"], 1);
    for path in ["/", "/health/", "/api/docs/", "/api/redoc/", "/api/schema/"] {
        let _ = front_end.get(path, "").await.expect(200);
    }
}

#[tokio::test]
async fn the_front_end_of_the_template_has_its_tasks_done() {
    let front_end = FrontEnd::new("tasks");
    let member = end_to_end::Member::join(&front_end.stack).await;
    let tokens = member.sign_in().await;
    let body = json!({"type": "add", "x": 5, "y": 3});
    let request = Request::post("/tasks/", &body).with_token(&tokens.access);

    let created = front_end.visitor.follow(request).await.expect(202);

    let path = format!("/tasks/{}/", created.text("task_id"));
    let done = end_to_end::eventually("the task to be done", async || {
        let task = front_end.get(&path, &tokens.access).await.expect(200);
        (task.text("status") == "SUCCESS").then_some(task.json)
    })
    .await;
    assert_eq!(done["result"], 8);
}

#[tokio::test]
async fn the_front_end_of_the_shop_registers_with_its_own_field_and_logs_in_by_name() {
    let front_end = FrontEnd::new("shop");
    let name = front_end.username();
    let register = |password: &str, again: &str| {
        json!({
            "username": name, "email": front_end.email, "password": password, "password2": again,
        })
    };
    // Its example, whose password is too short here. That `password2` was read shows in what is not complained of.
    let short = register("testpass123", "testpass123");
    let short = front_end.post("/api/auth/register", &short).await;
    short.expect_error(400, "invalid_fields");
    assert!(short.json["details"]["password_confirm"].is_null());
    let other = register("quiet harbour 27", "quiet harbour 28");
    let other = front_end.post("/api/auth/register", &other).await;
    other.expect_error(400, "invalid_fields");
    assert!(other.json["details"]["password_confirm"].is_array());

    let body = register("quiet harbour 27", "quiet harbour 27");
    let _ = front_end
        .post("/api/auth/register", &body)
        .await
        .expect(201);
    let token = json!({"token": front_end.mailed_token().await});
    let _ = front_end
        .post("/api/auth/verify-email", &token)
        .await
        .expect(200);

    let log_in = json!({"username": name, "password": "quiet harbour 27"});
    let tokens = front_end.post("/api/auth/login", &log_in).await.expect(200);
    let refresh = json!({"refresh": tokens.text("refresh")});
    let _ = front_end
        .post("/api/auth/refresh", &refresh)
        .await
        .expect(200);
    let forgotten = json!({"email": front_end.email});
    let _ = front_end
        .post("/api/auth/forgot-password", &forgotten)
        .await
        .expect(200);
    let reset = front_end
        .stack
        .token_for(&front_end.email, "reset-password")
        .await;
    let body = json!({"token": reset, "password": "lanterns at 5", "password2": "lanterns at 5"});
    let _ = front_end
        .post("/api/auth/reset-password", &body)
        .await
        .expect(200);
    let _ = front_end.get("/health", "").await.expect(200);
}

#[tokio::test]
async fn the_front_end_of_nexus_verifies_by_a_link_with_the_token_in_its_path() {
    let front_end = FrontEnd::new("nexus");
    let password = "quiet harbour 27";
    let body =
        json!({"email": front_end.email, "password": password, "password_confirm": password});
    let _ = front_end.post("/api/register/", &body).await.expect(201);
    let again = json!({"email": front_end.email});
    let _ = front_end
        .post("/api/resend-verification/", &again)
        .await
        .expect(200);
    let log_in = json!({"email": front_end.email, "password": password});
    let early = front_end.post("/api/auth/token/", &log_in).await;
    early.expect_error(403, "email_not_verified");
    // The second link took the place of the first.
    let token = front_end.stack.token_to(&front_end.email, 2).await;

    let verified = front_end
        .get(&format!("/api/verify-email/{token}/"), "")
        .await
        .expect(200);

    assert_eq!(verified.text("message"), "Email verified successfully");
    let tampered = front_end
        .get(&format!("/api/verify-email/{token}x/"), "")
        .await;
    tampered.expect_error(400, "invalid_token");
    let tokens = front_end
        .post("/api/auth/token/", &log_in)
        .await
        .expect(200);
    let refresh = json!({"refresh": tokens.text("refresh")});
    let fresh = front_end
        .post("/api/auth/token/refresh/", &refresh)
        .await
        .expect(200);
    // A list for administrators, which it finds.
    let list = "/api/users/?search=ann&is_active=true";
    let list = front_end.get(list, fresh.text("access")).await;
    list.expect_error(403, "forbidden");
    for path in ["/api/schema/", "/api/docs/swagger/", "/api/docs/redoc/"] {
        let _ = front_end.get(path, "").await.expect(200);
    }
}

#[tokio::test]
async fn the_front_end_of_kinwise_is_answered_where_it_asks() {
    let front_end = FrontEnd::new("kinwise");
    let at = |path: &str| format!("/api/v1/auth/{path}");
    let register = |password: &str, again: &str| {
        json!({
            "email": front_end.email, "password": password, "password_confirm": again,
            "first_name": "John", "last_name": "Doe",
        })
    };
    let post = async |path: &str, body: Value| {
        // Not sent on: the address is one of ours.
        front_end
            .visitor
            .send(Request::post(&at(path), &body))
            .await
    };
    let other = register("SecurePass123!", "DifferentPass123!");
    let other = post("register/", other).await;
    assert!(
        other.json["details"]["password_confirm"].is_array(),
        "{other:?}"
    );
    let weak = post("register/", register("weak", "weak")).await;
    assert!(weak.json["details"]["password"].is_array(), "{weak:?}");

    let body = register("SecurePassword123!", "SecurePassword123!");
    let registered = post("register/", body).await.expect(201);
    assert_eq!(registered.text("email"), front_end.email);
    let token = front_end.mailed_token().await;
    let target = at(&format!("verify-email/?token={token}"));
    let verified = front_end.visitor.send(Request::get(&target)).await;
    assert_eq!(
        verified.expect(200).text("message"),
        "Email verified successfully"
    );
    let resent = post("resend-verification/", json!({"email": front_end.email})).await;
    let _ = resent.expect(200);

    let asked = post("otp/request/", json!({"email": front_end.email})).await;
    assert_eq!(asked.expect(200).json["expires_in"], 600);
    let code = front_end.stack.code_to(&front_end.email, 1).await;
    let wrong = if code == "999999" { "999998" } else { "999999" };
    let refused = post(
        "otp/verify/",
        json!({"email": front_end.email, "code": wrong}),
    )
    .await;
    refused.expect_error(400, "invalid_otp");
    let let_in = post(
        "otp/verify/",
        json!({"email": front_end.email, "code": code}),
    )
    .await;
    assert_eq!(let_in.expect(200).json["user"]["first_name"], "John");
}
