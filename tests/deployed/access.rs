//! Who may do what: every operation of the API's description, tried by those who may not.

mod bodies;

use std::collections::BTreeSet;

use accounts::permissions::{ManageUsers, ReadAudit, ReadPreRegistrations, ReadUsers};
use catalog::permissions::ManageCatalog;
use end_to_end::{Member, Request, Stack, Visitor, sample_event, unique_address};
use kernel::permission::Permission;
use kernel::role::Role;
use operations::permissions::{ManageMail, ManageTasks, ReadMail, ReadReports, ReadTasks};
use serde_json::{Value, json};
use test_support::Answer;

/// The paths whose id belongs to an account, and which only that account may use. All others with an id are for
/// administrators, but for pictures: their addresses are secrets that are given away.
const OWNED: [&str; 9] = [
    "/api/v1/products/{id}",
    "/api/v1/products/{id}/images",
    "/api/v1/products/{id}/images/{image_id}",
    "/api/v1/products/{id}/variants",
    "/api/v1/products/{id}/variants/{variant_id}",
    "/api/v1/tasks/{id}",
    "/api/v1/tasks/{id}/revoke",
    "/api/v1/users/me/exports/{id}",
    "/api/v1/users/me/sessions/{id}",
];

/// An id of nothing.
const NOTHING: &str = "019bc0f2-0000-7000-8000-000000000000";

/// An operation of the description.
struct Operation {
    id: String,
    method: String,
    path: String,
    /// The permissions it asks for; nothing if everybody may call it.
    scopes: Option<Vec<String>>,
}

impl Operation {
    /// All there are.
    fn all() -> Vec<Self> {
        let document = api::openapi::document(&areas::endpoints());
        let document = serde_json::to_value(document).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let of_path = |(path, operations): (&String, &Value)| {
            let read = |(method, operation): (&String, &Value)| Self {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                scopes: operation.get("security").and_then(scopes),
            };
            let operations = operations.as_object().unwrap();
            operations.iter().map(read).collect::<Vec<_>>()
        };
        paths.iter().flat_map(of_path).collect()
    }

    /// Those that ask who is calling.
    fn guarded() -> Vec<Self> {
        let mut all = Self::all();
        all.retain(|operation| operation.scopes.is_some());
        all
    }

    /// Those that ask for a permission.
    fn permitted() -> Vec<Self> {
        let mut all = Self::all();
        all.retain(|one| one.scopes.as_ref().is_some_and(|scopes| !scopes.is_empty()));
        all
    }

    /// Its path, with an id in the place of whatever it names.
    fn path_of(&self, id: &str) -> String {
        let parts = self
            .path
            .split('/')
            .map(|part| match part.strip_prefix('{') {
                Some(_) => id,
                None => part,
            });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Calls it; `id` stands where the path has one.
    async fn call(&self, visitor: &Visitor, token: &str, id: &str) -> Answer {
        let request = Request::new(&self.method, &self.path_of(id));
        let request = match self.method.as_str() {
            "GET" | "DELETE" => request,
            _ => request.with_body(&self.body().to_string()),
        };
        let request = request.with_header("idempotency-key", id);
        visitor.send(request.with_token(token)).await
    }

    /// A body that is in order, where an empty one would be refused before the id is looked at.
    fn body(&self) -> Value {
        match self.id.as_str() {
            "rename_session" => json!({"name": "not mine"}),
            "update_user" => json!({"is_active": false}),
            // A whole thing, where there has to be one.
            _ if ["PUT", "POST"].contains(&self.method.as_str()) => self.sample(),
            _ => json!({}),
        }
    }

    /// The body of its sample event.
    fn sample(&self) -> Value {
        let event = sample_event(&self.id);
        let body = event["body"].as_str().unwrap_or("{}");
        serde_json::from_str(body).unwrap()
    }
}

/// The functions that ask for a permission.
pub(crate) fn asking_for_a_permission() -> BTreeSet<String> {
    let permitted = Operation::permitted().into_iter();
    permitted.map(|operation| operation.id).collect()
}

/// The scopes of a `security` entry; nothing where nobody has to say who they are.
fn scopes(security: &Value) -> Option<Vec<String>> {
    let bearer = security[0]["bearer"].as_array()?.iter();
    let scopes = bearer.map(|scope| scope.as_str().unwrap().to_owned());
    Some(scopes.collect())
}

#[test]
fn every_permission_is_asked_for_by_its_name() {
    let known = BTreeSet::from([
        ManageCatalog::NAME,
        ManageMail::NAME,
        ManageTasks::NAME,
        ManageUsers::NAME,
        ReadAudit::NAME,
        ReadMail::NAME,
        ReadPreRegistrations::NAME,
        ReadReports::NAME,
        ReadTasks::NAME,
        ReadUsers::NAME,
    ]);
    let asked: BTreeSet<String> = Operation::permitted()
        .into_iter()
        .filter_map(|operation| operation.scopes)
        .flatten()
        .collect();
    assert!(asked.iter().map(String::as_str).eq(known), "{asked:?}");
}

#[test]
fn what_is_about_other_accounts_asks_for_a_permission() {
    for operation in Operation::all() {
        let path = operation.path.as_str();
        let of_others = path.starts_with("/api/v1/admin")
            || (path.starts_with("/api/v1/users") && !path.starts_with("/api/v1/users/me"));
        let asks = operation.scopes.is_some_and(|scopes| !scopes.is_empty());
        assert!(asks || !of_others, "{} {path}", operation.method);
    }
}

#[tokio::test]
async fn abuse_065_090_every_operation_with_a_permission_refuses_every_other_role() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;

    for role in [
        Role::User,
        Role::Parent,
        Role::Teen,
        Role::Child,
        Role::Flatmate,
        Role::Observer,
    ] {
        let value = json!({"S": role.as_str()});
        stack.edit_account(&member.id, "role", value).await;
        for operation in Operation::permitted() {
            let answer = operation
                .call(&member.visitor, &tokens.access, &member.id)
                .await;
            let (status, code) = (answer.status, answer.code());
            assert_eq!(
                (status, code),
                (403, "forbidden"),
                "{} {role:?}",
                operation.id
            );
        }
    }
    let stored = member.stored().await;
    assert_eq!(stored["role"]["S"], "observer");
    assert_eq!(stored["disabled"], Value::Null);
}

#[tokio::test]
async fn abuse_091_a_browser_on_another_site_can_do_nothing_in_an_administrators_name() {
    let stack = Stack::deployed();
    let admin = Member::join(&stack).await;
    let tokens = admin.sign_in_as_admin().await;
    let victim = Member::join(&stack).await;

    // All that a page elsewhere can make a browser send: cookies, a form, no header of its own choice.
    for operation in Operation::permitted() {
        let path = operation.path_of(&victim.id);
        let request = Request::new(&operation.method, &path)
            .with_body("role=admin&is_active=false")
            .with_header("origin", "https://evil.example")
            .with_header("cookie", &format!("access={}; csrftoken=", tokens.access));
        let answer = admin.visitor.send(request).await;
        answer.expect_error(401, "not_authenticated");
    }
    let stored = victim.stored().await;
    assert_eq!(stored["role"], Value::Null);
}

#[tokio::test]
async fn abuse_058_what_belongs_to_somebody_else_is_not_there() {
    let stack = Stack::deployed();
    let (owner, stranger) = (Member::join(&stack).await, Member::join(&stack).await);
    let own = owner.sign_in().await;
    let others = stranger.sign_in().await;
    let export = owner
        .visitor
        .post_as(&own.access, "/api/v1/users/me/export", &json!({}))
        .await
        .expect(202);

    // Far enough ahead that nothing becomes of it meanwhile.
    let run_at = test_support::machine_time() + jiff::SignedDuration::from_hours(24 * 200);
    let task = json!({"type": "add", "x": 1, "y": 1, "run_at": run_at});
    let task = owner.visitor.post_as(&own.access, "/api/v1/tasks", &task);
    let task = task.await.expect(202);

    // One that visitors do not see.
    let admin = Member::join(&stack).await;
    let admins = admin.sign_in_as_admin().await;
    let slug = unique_address("shop")
        .replace(['@', '.', '+'], "-")
        .to_lowercase();
    let category = json!({"name": "Tea", "slug": slug});
    let category = admin
        .visitor
        .post_as(&admins.access, "/api/v1/categories", &category);
    let category = category.await.expect(201).text("id").to_owned();
    let product = json!({
        "name": "Tea", "sku": slug, "price": "1", "currency": "EUR", "categories": [category], "is_active": false,
    });
    let product = owner
        .visitor
        .post_as(&own.access, "/api/v1/products", &product);
    let product = product.await.expect(201);

    let mut seen = BTreeSet::new();
    for operation in Operation::guarded() {
        let asks_for_nothing = operation.scopes.as_ref().is_some_and(Vec::is_empty);
        if !asks_for_nothing || !operation.path.contains('{') {
            continue;
        }
        let id = match operation.path.as_str() {
            "/api/v1/users/me/exports/{id}" => export.text("export_id").to_owned(),
            path if path.starts_with("/api/v1/tasks/") => task.text("task_id").to_owned(),
            path if path.starts_with("/api/v1/products/") => product.text("id").to_owned(),
            _ => own.session_id(),
        };
        let answer = operation.call(&stranger.visitor, &others.access, &id).await;
        answer.expect_error(404, "not_found");
        seen.insert(operation.path);
    }

    assert!(seen.iter().map(String::as_str).eq(OWNED), "{seen:?}");
    let _ = owner.visitor.me(&own.access).await.expect(200);
}

#[tokio::test]
async fn an_administrator_meets_a_404_where_there_is_nothing() {
    let stack = Stack::deployed();
    let admin = Member::join(&stack).await;
    let tokens = admin.sign_in_as_admin().await;

    for operation in Operation::permitted() {
        if operation.path.contains("{id}") {
            let answer = operation
                .call(&admin.visitor, &tokens.access, NOTHING)
                .await;
            assert_eq!(answer.status, 404, "{}: {}", operation.id, answer.json);
        }
    }
    for picture in [
        format!("/api/v1/avatars/{}/{NOTHING}/512", admin.id),
        format!("/api/v1/products/{NOTHING}/images/{NOTHING}/640"),
    ] {
        let answer = admin.visitor.send(Request::get(&picture)).await;
        answer.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn abuse_021_a_session_that_one_function_ended_is_refused_by_all() {
    let stack = Stack::deployed();
    let (admin, other) = (Member::join(&stack).await, Member::join(&stack).await);
    let others = other.sign_in_as_admin().await;
    let everywhere = format!("/api/v1/users/{}/sessions/revoke", admin.id);

    for (end, by_another) in [
        ("/api/v1/auth/logout", false),
        ("/api/v1/auth/logout-all", false),
        (everywhere.as_str(), true),
    ] {
        let tokens = admin.sign_in_as_admin().await;
        let _ = admin.visitor.me(&tokens.access).await.expect(200);
        let by = if by_another { &others } else { &tokens };
        let ended = admin.visitor.post_as(&by.access, end, &json!({})).await;
        assert!((200..300).contains(&ended.status), "{end}: {}", ended.json);

        for operation in Operation::guarded() {
            let answer = operation
                .call(&admin.visitor, &tokens.access, NOTHING)
                .await;
            let (status, code) = (answer.status, answer.code());
            assert_eq!(
                (status, code),
                (401, "not_authenticated"),
                "{end}: {}",
                operation.id
            );
        }
        let refreshed = admin.visitor.refresh(&tokens.refresh).await;
        refreshed.expect_error(401, "invalid_refresh_token");
    }
}
