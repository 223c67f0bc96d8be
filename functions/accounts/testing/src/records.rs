//! The identity table as it is, and changes that no endpoint makes.

use jiff::Timestamp;
use kernel::id::UserId;
use kernel::role::Role;
use serde_json::{Value, json};
use test_support::plain;

use crate::TestApp;
use crate::people::Person;

impl TestApp {
    /// The items of the identity table as plain JSON.
    pub async fn identity(&self) -> Vec<Value> {
        let items = self.scan(&self.table("identity")).await;
        items.iter().map(plain).collect()
    }

    /// An item of the identity table as plain JSON; null if there is none.
    pub async fn identity_item(&self, pk: &str, sk: &str) -> Value {
        let table = &self.table("identity");
        match self.aws().item(table, pk, sk).await {
            Value::Null => Value::Null,
            item => plain(&item),
        }
    }

    /// An account as the identity table has it, as plain JSON; null if there is none.
    pub async fn stored(&self, person: &Person) -> Value {
        let pk = format!("USER#{}", person.id);
        self.identity_item(&pk, "USER").await
    }

    /// Gives an account a username as it was done when names had to differ in simple lower case alone.
    pub async fn name_as_before(&self, person: &Person, username: &str) {
        self.own_username(person, &username.to_lowercase()).await;
        self.edit_user(person.id, "username", json!({ "S": username }))
            .await;
    }

    /// Makes an account the owner of a spelling of a username, in place of whoever is.
    pub async fn own_username(&self, person: &Person, spelling: &str) {
        let (pk, id) = (format!("USERNAME#{spelling}"), person.id.to_string());
        let owner = json!({"pk": {"S": pk}, "sk": {"S": "OWNER"}, "user_id": {"S": id}});
        self.aws().put(&self.table("identity"), &owner).await;
    }

    /// Sets the mark of a locked account alone: the sessions go on, which an administrator's lock ends.
    pub async fn disable(&self, person: &Person) {
        self.edit_user(person.id, "disabled", json!({"BOOL": true}))
            .await;
    }

    /// Gives an account another role, by a grant where the role takes one.
    pub async fn change_role(&self, person: &Person, role: &str) {
        self.say_role(person, role).await;
        let (table, pk) = (self.table("identity"), format!("GRANT#{}", person.id));
        if Role::parse(role).is_some_and(Role::is_granted) {
            let grant = json!({"pk": {"S": pk}, "sk": {"S": "GRANT"}, "role": {"S": role}});
            self.aws().put(&table, &grant).await;
        } else {
            self.aws().remove(&table, &pk, "GRANT").await;
        }
    }

    /// Lets an account say that it has a role, and grants it nothing.
    pub async fn say_role(&self, person: &Person, role: &str) {
        self.edit_user(person.id, "role", json!({ "S": role }))
            .await;
    }

    /// The role that an account is granted; null if it is granted none.
    pub async fn granted(&self, person: &Person) -> Value {
        let pk = format!("GRANT#{}", person.id);
        let mut grant = self.identity_item(&pk, "GRANT").await;
        grant["role"].take()
    }

    /// Gives an account the hash of another password, of another system, or none.
    pub async fn change_password_hash(&self, person: &Person, hash: &str) {
        self.edit_user(person.id, "password", json!({ "S": hash }))
            .await;
    }

    /// Gives an account an attribute that no endpoint of the test's area does.
    pub async fn mark(&self, person: &Person, attribute: &str, at: Timestamp) {
        self.edit_user(person.id, attribute, millis(at)).await;
    }

    /// Takes an account away and leaves what stands beside it.
    pub async fn delete_account(&self, person: &Person) {
        let table = &self.table("identity");
        for (pk, sk) in [
            (format!("USER#{}", person.id), "USER"),
            (format!("EMAIL#{}", person.email), "OWNER"),
        ] {
            self.aws().remove(table, &pk, sk).await;
        }
    }

    /// Sets an attribute of an account, in DynamoDB's JSON, as a call would that is faster than another; null takes it away.
    pub async fn edit_user(&self, id: UserId, attribute: &str, value: Value) {
        if value.is_null() {
            self.clear_user(id, attribute).await;
        } else {
            self.edit(id, "USER", attribute, value).await;
        }
    }

    /// Takes an attribute of an account away, as a call would that is faster than another.
    pub async fn clear_user(&self, id: UserId, attribute: &str) {
        let request = json!({
            "TableName": self.table("identity"),
            "Key": {"pk": {"S": format!("USER#{id}")}, "sk": {"S": "USER"}},
            "ConditionExpression": "attribute_exists(pk)",
            "UpdateExpression": "REMOVE #attribute",
            "ExpressionAttributeNames": {"#attribute": attribute},
        });
        self.aws().dynamodb("UpdateItem", &request).await;
    }

    async fn edit(&self, id: UserId, sk: &str, attribute: &str, value: Value) {
        let (table, pk) = (&self.table("identity"), format!("USER#{id}"));
        self.aws().edit(table, &pk, sk, attribute, &value).await;
    }
}

/// A moment as the tables have it.
fn millis(at: Timestamp) -> Value {
    json!({"N": at.as_millisecond().to_string()})
}
