//! Which passwords are taken, and how they are kept.

use accounts_testing::TestApp;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier as _};
use serde_json::{Value, json};

use super::user_record;

fn with_password(password: &str) -> Value {
    json!({"email": "ann@example.com", "password": password, "password_confirm": password})
}

#[tokio::test]
async fn abuse_038_passwords_of_every_kind_have_a_defined_result() {
    let app = TestApp::start().await;
    let fine = [
        "ab1 ".repeat(32),
        "🦀🐎🔋📎🦀🐎🔋📎🦀🐎🔋📎".to_owned(),
        "with\0a nul byte".to_owned(),
        "  blanks all around  ".to_owned(),
        "пароль из слов".to_owned(),
    ];
    for (position, password) in fine.iter().enumerate() {
        let mut body = with_password(password);
        body["email"] = json!(format!("ann{position}@example.com"));
        let _ = app.register(&body).await.expect(201);
    }
    for (password, reason) in [
        (" ".repeat(8), "too short"),
        ("elevenchars".to_owned(), "too short"),
        (" ".repeat(12), "too common"),
        ("ab1 ".repeat(33), "too long"),
        ("x".repeat(20_000), "too long"),
    ] {
        let answer = app.register(&with_password(&password)).await;
        answer.expect_error(400, "invalid_fields");
        assert!(
            answer.detail("password").contains(reason),
            "{}",
            answer.json
        );
    }
    let _ = app
        .register(&with_password(&"x".repeat(1_000_000)))
        .await
        .expect(413);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_038_the_whole_password_is_hashed() {
    let app = TestApp::start().await;
    let long = "k9!x".repeat(18);
    let password = format!("{long}one");
    let answer = app.register(&with_password(&password)).await.expect(201);

    let user = user_record(&app, &answer).await;
    let stored = user["password"].as_str().unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let hash = PasswordHash::new(stored).unwrap();
    let verifies = |text: &str| {
        Argon2::default()
            .verify_password(text.as_bytes(), &hash)
            .is_ok()
    };
    assert!(verifies(&password));
    assert!(!verifies(&format!("{long}two")));
    assert!(!verifies(&long));
    app.deliver().await;
}

#[tokio::test]
async fn abuse_038_one_password_typed_on_two_keyboards_is_one_password() {
    let app = TestApp::start().await;
    // 'é' as one character, and as 'e' with an accent; a full-width digit.
    let answer = app
        .register(&with_password("cafe\u{301} crème １23"))
        .await
        .expect(201);

    let user = user_record(&app, &answer).await;
    let hash = PasswordHash::new(user["password"].as_str().unwrap()).unwrap();
    assert!(
        Argon2::default()
            .verify_password("café crème 123".as_bytes(), &hash)
            .is_ok()
    );
    app.deliver().await;
}

#[tokio::test]
async fn abuse_039_common_and_telling_passwords_are_refused_with_the_reason() {
    let app = TestApp::start().await;
    let too_similar = "This password is too similar to your e-mail address or name.";
    for (password, reason) in [
        ("123456789012", "This password is too common."),
        ("PasswordPassword", "This password is too common."),
        ("aaaaaaaaaaaaaaaa", "This password is too common."),
        ("12 ann.miller99 12", too_similar),
        ("ANN.MILLER-1984", too_similar),
        ("Sebastian!!1984", too_similar),
        ("Garçonnet, Sebastian", too_similar),
        ("seb_garc_seb_garc", too_similar),
    ] {
        let body = json!({
            "email": "ann.miller99@example.com", "password": password, "password_confirm": password,
            "first_name": "Sebastian", "last_name": "Garçonnet", "username": "Seb_Garc",
        });
        let answer = app.register(&body).await;
        answer.expect_error(400, "invalid_fields");
        assert_eq!(answer.detail("password"), reason, "{password}");
    }
}
