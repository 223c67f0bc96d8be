//! Hashes of other days and other systems.

use accounts_testing::{Person, TestApp};
use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};

use super::expect_wrong;

/// By Django's `PBKDF2PasswordHasher().encode("correct horse battery", "seasalt", 1000)`.
const BY_DJANGO: &str = "pbkdf2_sha256$1000$seasalt$DrdiWD40lyBuydnjvZiDrdQMx1S1mOA9O0QYex0R6ww=";

const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

async fn stored(app: &TestApp, person: &Person) -> String {
    let record = app
        .identity_item(&format!("USER#{}", person.id), "USER")
        .await;
    record["password"].as_str().unwrap().to_owned()
}

fn cheap_hash() -> String {
    let params = Params::new(8 * 1024, 1, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password_with_salt(TestApp::PASSWORD.as_bytes(), &[7; 16]);
    hash.unwrap().to_string()
}

#[tokio::test]
async fn an_outdated_hash_is_renewed_by_the_log_in() {
    let app = TestApp::start().await;
    for (email, old) in [
        ("ann@example.com", BY_DJANGO.to_owned()),
        ("bob@example.com", cheap_hash()),
    ] {
        let person = app.member(email).await;
        app.change_password_hash(&person, &old).await;
        expect_wrong(&app.obtain_token(email, "wrong horse battery").await);
        assert_eq!(stored(&app, &person).await, old);

        let _ = app.log_in_by_password(&person).await;

        let renewed = stored(&app, &person).await;
        assert!(renewed.starts_with(CURRENT), "{renewed}");
        let _ = app.log_in_by_password(&person).await;
        assert_eq!(stored(&app, &person).await, renewed);
        expect_wrong(&app.obtain_token(email, "wrong horse battery").await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_five_first_log_ins_at_once_each_gets_in_and_one_renews() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.change_password_hash(&person, BY_DJANGO).await;
    let calls = (0..5).map(|_| TestApp::obtain_token_call(&person.email, TestApp::PASSWORD));

    let answers = app.call_all(calls).await;

    for answer in answers {
        let _ = answer.expect(200);
    }
    assert!(stored(&app, &person).await.starts_with(CURRENT));
    let _ = app.log_in_by_password(&person).await;
    app.deliver().await;
}

#[tokio::test]
async fn who_has_a_second_factor_has_the_hash_renewed_with_the_question_for_it() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.change_password_hash(&person, BY_DJANGO).await;
    app.mark(&person, "factor_since", app.now()).await;

    let answer = app.obtain_token(&person.email, TestApp::PASSWORD).await;

    assert_eq!(answer.expect(200).json["mfa_required"], true);
    assert!(stored(&app, &person).await.starts_with(CURRENT));
}
