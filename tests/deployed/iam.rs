//! What the functions' roles allow. That they allow enough is shown by every other test: IAM is enforced.

mod items;

use std::collections::{BTreeMap, BTreeSet};

use cloud::Ahead;
use end_to_end::{
    Member, Request, Role, Stack, Statement, Tokens, Visitor, sample_events, unique_address,
};
use serde_json::json;

/// Actions that AWS knows no finer resource for.
const OF_THE_ACCOUNT: [&str; 4] = [
    "dynamodb:ListStreams",
    "secretsmanager:BatchGetSecretValue", // of those that one may get one by one
    "ses:DeleteSuppressedDestination",
    "ses:GetAccount",
];

/// The roles of all functions, by the function's name.
async fn roles(stack: &Stack) -> BTreeMap<String, Role> {
    let mut roles = BTreeMap::new();
    for name in sample_events().into_keys() {
        roles.insert(name.clone(), stack.role_of(&name).await);
    }
    roles
}

#[tokio::test]
async fn no_role_has_a_wildcard() {
    let stack = Stack::deployed();
    for (name, role) in roles(&stack).await {
        for policy in &role.managed {
            let known = ["AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"];
            assert!(known.contains(&policy.as_str()), "{name}: {policy}");
        }
        for statement in role.statements() {
            let Statement {
                actions,
                resources,
                condition,
            } = &statement;
            let is_plain = |action: &String| action.contains(':') && !action.contains(['*', '?']);
            assert!(actions.iter().all(is_plain), "{name}: {statement:?}");
            if resources == &["*"] {
                let of_account = |action: &String| OF_THE_ACCOUNT.contains(&action.as_str());
                let is_narrow = actions.iter().all(of_account) || condition.is_object();
                assert!(is_narrow, "{name}: {statement:?}");
            } else {
                // Objects are named by what their keys begin with; all else by its whole name.
                let is_exact = |arn: &String| {
                    let name = match arn.strip_suffix("/*") {
                        Some(prefix)
                            if arn.starts_with("arn:aws:s3:::") && prefix.contains('/') =>
                        {
                            prefix
                        }
                        // Schedules of tasks are named by the stack and those.
                        None if arn.contains(":schedule/default/") => {
                            arn.strip_suffix("-*").unwrap_or(arn)
                        }
                        _ => arn,
                    };
                    name.starts_with("arn:") && !name.contains(['*', '?'])
                };
                assert!(resources.iter().all(is_exact), "{name}: {statement:?}");
            }
            // Of these tables, a statement is about some partitions and not about all.
            let holds_several = |arn: &String| {
                let tables = ["-identity", "-limits"];
                tables.iter().any(|table| arn.ends_with(table)) || arn.contains("-identity/index/")
            };
            if resources.iter().any(holds_several) {
                let partitions = statement.partitions();
                let is_kind = |named: &String| named.starts_with(char::is_alphabetic);
                assert!(!partitions.is_empty(), "{name}: {statement:?}");
                assert!(partitions.iter().all(is_kind), "{name}: {statement:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_in_the_audit_log_is_put_there_read_counted_and_scrubbed() {
    let stack = Stack::deployed();
    let table = format!(":table/{}", stack.output("AuditTable"));
    let mut readers = BTreeSet::new();
    for (name, role) in roles(&stack).await {
        let about_it = role.statements().into_iter().filter(|statement| {
            let mut resources = statement.resources.iter();
            resources.any(|arn| arn.contains(&table))
        });
        for statement in about_it {
            for action in &statement.actions {
                match action.as_str() {
                    "dynamodb:PutItem" => {}
                    "dynamodb:Query" => drop(readers.insert(name.clone())),
                    "dynamodb:UpdateItem" => {
                        let named = &statement.condition["ForAllValues:StringEquals"];
                        // Counts what an account repeats; takes the addresses of those who left out of it.
                        let changes = match name.as_str() {
                            "perform_work" => ["client", "agent"],
                            _ => ["times", "last_at"],
                        };
                        let attributes = json!(["pk", "sk", changes[0], changes[1]]);
                        assert_eq!(named["dynamodb:Attributes"], attributes, "{name}");
                    }
                    other => panic!("{name} may {other} in the audit log"),
                }
            }
        }
    }
    assert!(
        readers
            .iter()
            .eq(["list_audit_entries", "perform_work", "write_report"]),
        "{readers:?}"
    );
}

#[tokio::test]
async fn each_secret_and_the_mail_service_are_for_those_who_need_them() {
    let stack = Stack::deployed();
    let roles = roles(&stack).await;
    let who_may = |action: &str, resource: &str| -> Vec<&str> {
        let may = |role: &Role| {
            role.statements().iter().any(|statement| {
                statement.actions.iter().any(|one| one == action)
                    && statement.resources.iter().any(|one| one == resource)
            })
        };
        let named = roles.iter().filter(|(_, role)| may(role));
        named.map(|(name, _)| name.as_str()).collect()
    };

    let [key, pepper, factor_key, token] = [
        "SigningKeySecret",
        "CodePepperSecret",
        "FactorKeySecret",
        "MetricsTokenSecret",
    ]
    .map(|secret| stack.output(secret));
    for (action, resource, functions) in [
        (
            "secretsmanager:GetSecretValue",
            key,
            &[
                "answer_challenge",
                "obtain_token",
                "refresh_token",
                "rotate_signing_key",
                "verify_otp",
            ][..],
        ),
        (
            "secretsmanager:PutSecretValue",
            key,
            &["rotate_signing_key"],
        ),
        (
            "secretsmanager:GetSecretValue",
            pepper,
            &[
                "answer_challenge",
                "confirm_totp",
                "delete_account",
                "disable_totp",
                "reauthenticate_session",
                "renew_recovery_codes",
                "send_email",
                "unsubscribe",
                "verify_otp",
            ],
        ),
        (
            "secretsmanager:GetSecretValue",
            factor_key,
            &[
                "answer_challenge",
                "begin_totp",
                "confirm_totp",
                "delete_account",
                "disable_totp",
                "reauthenticate_session",
                "renew_recovery_codes",
            ],
        ),
        ("secretsmanager:GetSecretValue", token, &["show_metrics"]),
        ("secretsmanager:PutSecretValue", token, &[]),
        ("secretsmanager:PutSecretValue", factor_key, &[]),
        ("secretsmanager:PutSecretValue", pepper, &[]),
        ("ses:SendEmail", "*", &["send_email"]),
    ] {
        assert_eq!(who_may(action, resource), functions, "{action} {resource}");
    }
}

#[tokio::test]
async fn what_a_function_may_read_for_long_it_reads_before_its_first_event() {
    let stack = Stack::deployed();
    let table = stack.output("IdentityTable");
    for endpoint in areas::endpoints() {
        let (name, role) = (endpoint.name(), stack.role_of(endpoint.name()).await);
        let secrets: usize = role
            .statements()
            .iter()
            .filter(|statement| statement.actions == ["secretsmanager:GetSecretValue"])
            .map(|statement| statement.resources.len())
            .sum();
        let may_batch = role
            .statements()
            .iter()
            .any(|statement| statement.actions == ["secretsmanager:BatchGetSecretValue"]);
        // The one that publishes the keys does nothing else, and reads them anew.
        let verifies = role.may("dynamodb:Query", table, "SIGNING_KEYS") && name != "publish_jwks";

        let (mut ahead, mut keys) = (0, false);
        for one in endpoint.ahead() {
            match one {
                Ahead::Secret(_) => ahead += 1,
                Ahead::Other(_) => keys = true,
            }
        }
        assert_eq!((ahead, keys), (secrets, verifies), "{name}");
        assert_eq!(may_batch, secrets > 1, "{name}");
    }
}

#[tokio::test]
async fn a_role_is_refused_what_its_policy_does_not_name() {
    let stack = Stack::deployed();
    let reader = stack.role_of("get_current_user").await;
    let reader = stack.with_rights_of(&reader).await;
    let writer = stack.role_of("register_user").await;
    let writer = stack.with_rights_of(&writer).await;
    let key =
        json!({"pk": {"S": format!("USER#{}", unique_address("iam"))}, "sk": {"S": "NOTHING"}});
    let limit =
        json!({"pk": {"S": format!("LIMIT#{}", unique_address("iam"))}, "sk": {"S": "NOTHING"}});
    let [identity, limits, audit] =
        ["IdentityTable", "LimitsTable", "AuditTable"].map(|table| stack.output(table));

    let asked = json!({"RequestItems": {(identity): {"Keys": [key]}}});
    let read = reader
        .try_json("dynamodb", "DynamoDB_20120810.BatchGetItem", &asked)
        .await;
    assert!(read.is_ok(), "{read:?}");
    let counted = writer
        .try_json(
            "dynamodb",
            "DynamoDB_20120810.UpdateItem",
            &json!({"TableName": limits, "Key": limit}),
        )
        .await;
    assert!(counted.is_ok(), "{counted:?}");

    for (who, operation, request) in [
        (
            &reader,
            "PutItem",
            json!({"TableName": identity, "Item": key}),
        ),
        (
            &reader,
            "DeleteItem",
            json!({"TableName": identity, "Key": key}),
        ),
        (&reader, "Scan", json!({"TableName": identity})),
        (
            &writer,
            "UpdateItem",
            json!({"TableName": audit, "Key": key}),
        ),
        (
            &writer,
            "DeleteItem",
            json!({"TableName": audit, "Key": key}),
        ),
        (&writer, "GetItem", json!({"TableName": audit, "Key": key})),
        (
            &writer,
            "UpdateItem",
            json!({"TableName": identity, "Key": key}),
        ),
        (&writer, "DeleteTable", json!({"TableName": audit})),
    ] {
        let target = format!("DynamoDB_20120810.{operation}");
        let refusal = who.try_json("dynamodb", &target, &request).await;
        let refusal = refusal.expect_err(operation);
        assert!(refusal.body.contains("AccessDenied"), "{refusal:?}");
    }
}

#[tokio::test]
async fn nothing_that_the_functions_do_is_refused() {
    let stack = Stack::deployed();
    let gateway = Visitor::through_the_gateway(&stack).await;
    let member = Member::join(&stack).await;
    let first = member.log_in().await;
    let visitor = &member.visitor;
    let _ = visitor.me(&first.access).await.expect(200);
    let second = Tokens::of(&visitor.refresh(&first.refresh).await.expect(200));
    let third = Tokens::of(&visitor.refresh(&second.refresh).await.expect(200));
    let _ = visitor.refresh(&first.refresh).await.expect(401);
    let _ = visitor.me(&third.access).await.expect(401);
    let _ = visitor.resend_verification(&member.email).await.expect(200);
    for _ in 0..3 {
        let _ = visitor.request_code(&member.email).await;
    }
    stack.mail_to(&member.email, "session was ended").await;
    for target in ["/health", "/.well-known/jwks.json", "/"] {
        let _ = gateway.send(Request::get(target)).await.expect(200);
    }

    let lines = stack.logs().await;
    let refused = lines.iter().find(|line| {
        let line = line.to_lowercase();
        line.contains("accessdenied") || line.contains("not authorized to perform")
    });
    assert_eq!(refused, None);
}
