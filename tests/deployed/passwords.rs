//! Logging in with a password, and getting a new one.

use std::time::Duration;

use end_to_end::{Member, Request, Stack, Tokens, Visitor, unique_address, unique_password};
use serde_json::json;
use tokio::time::Instant;

/// How many wrong passwords are looked at in a time: five at once, then one after a second, after two more, after four.
fn tries_in(time: Duration) -> usize {
    let (mut tries, mut pause, mut waited) = (5, Duration::from_secs(1), Duration::ZERO);
    while waited + pause <= time {
        waited += pause;
        pause *= 2;
        tries += 1;
    }
    tries
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_and_ends_what_the_old_one_opened() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let visitor = Visitor::through_the_gateway(&stack).await;
    let before = visitor.log_in(&member.email, &member.password).await;
    let before = Tokens::of(&before.expect(200));

    let _ = visitor.forget_password(&member.email).await.expect(200);
    let token = stack.token_for(&member.email, "reset-password").await;
    let target = format!("/api/v1/auth/password/reset?token={token}");
    for method in ["HEAD", "GET"] {
        // A scanner of mails that has found the API consumes nothing.
        let answer = visitor.send(Request::new(method, &target)).await;
        assert_eq!(answer.status, 405);
    }
    let chosen = unique_password();
    let _ = visitor.reset_password(&token, &chosen).await.expect(200);

    let again = visitor.reset_password(&token, &unique_password()).await;
    again.expect_error(400, "invalid_token");
    let me = visitor.me(&before.access).await;
    me.expect_error(401, "not_authenticated");
    let refreshed = visitor.refresh(&before.refresh).await;
    refreshed.expect_error(401, "invalid_refresh_token");
    let old = visitor.log_in(&member.email, &member.password).await;
    old.expect_error(401, "invalid_credentials");
    let tokens = Tokens::of(&visitor.log_in(&member.email, &chosen).await.expect(200));
    let _ = visitor.me(&tokens.access).await.expect(200);
    stack.mail_to(&member.email, "password was changed").await;
}

#[tokio::test]
async fn a_changed_password_keeps_the_session_it_was_changed_in_and_no_other() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let (here, there) = (member.sign_in().await, member.sign_in().await);
    let chosen = unique_password();
    let target = "/api/v1/auth/password/change";
    let change = |current: &str| json!({"current_password": current, "password": chosen, "password_confirm": chosen});

    let visitor = &member.visitor;
    let wrong = visitor
        .post_as(&here.access, target, &change("not it"))
        .await;
    wrong.expect_error(403, "wrong_password");
    let right = change(&member.password);
    let changed = visitor.post_as(&here.access, target, &right).await;
    assert!((200..300).contains(&changed.status), "{}", changed.json);

    let _ = visitor.me(&here.access).await.expect(200);
    let me = visitor.me(&there.access).await;
    me.expect_error(401, "not_authenticated");
    let _ = visitor.log_in(&member.email, &chosen).await.expect(200);
    stack.mail_to(&member.email, "password was changed").await;
}

#[tokio::test]
async fn abuse_025_no_header_of_a_request_decides_where_a_link_leads() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;

    let forged = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/reset-password"),
        ("host", "evil.example"),
    ];
    let body = json!({"email": member.email});
    let mut request = Request::post("/api/v1/auth/password/forgot", &body);
    for (name, value) in forged {
        request = request.with_header(name, value);
    }
    let _ = member.visitor.send(request).await.expect(200);

    // The front end's origin is what `token_for` looks for.
    stack.token_for(&member.email, "reset-password").await;
    let mail = stack.mail_to(&member.email, "Choose a new password").await;
    for text in [mail.text, mail.html] {
        assert!(!text.contains("evil.example"), "{text}");
    }
}

#[tokio::test]
async fn abuse_027_the_newest_link_alone_works_and_in_parallel_once() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let visitor = &member.visitor;
    let _ = visitor.forget_password(&member.email).await.expect(200);
    let older = stack.token_for(&member.email, "reset-password").await;
    let _ = visitor.forget_password(&member.email).await.expect(200);
    let newer = end_to_end::eventually("the second link", async || {
        let token = stack.token_for(&member.email, "reset-password").await;
        (token != older).then_some(token)
    })
    .await;

    let old = visitor.reset_password(&older, &unique_password()).await;
    old.expect_error(400, "invalid_token");
    let calls = (0..5).map(async |_| {
        let everybody = Visitor::new(&stack);
        everybody.reset_password(&newer, &unique_password()).await
    });
    let answers = futures_util::future::join_all(calls).await;
    let statuses = answers.iter().map(|answer| answer.status);
    assert_eq!(statuses.filter(|status| *status == 200).count(), 1);
}

#[tokio::test]
async fn abuse_037_an_attacker_who_fails_does_not_keep_the_owner_out() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let _ = member.sign_in().await;

    let started = Instant::now();
    let calls = (0..40).map(async |_| {
        let attacker = Visitor::new(&stack);
        attacker.log_in(&member.email, "not the password").await
    });
    let answers = futures_util::future::join_all(calls).await;
    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    let allowed = tries_in(started.elapsed());
    assert!((5..=allowed).contains(&tried), "{tried} of {allowed}");
    for answer in answers.iter().filter(|answer| answer.status != 401) {
        answer.expect_error(429, "rate_limited");
        assert!(!answer.header("retry-after").is_empty());
    }

    // From the device it has logged in from before, and with a code from any.
    let _ = member.sign_in().await;
    let _ = member.log_in().await;
}

#[tokio::test]
async fn abuse_006_no_door_of_passwords_tells_whether_there_is_an_account() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let unverified = unique_address("unverified");
    let registering = Visitor::new(&stack);
    let _ = registering
        .register(&unverified, &unique_password())
        .await
        .expect(201);
    let addresses = [unique_address("unknown"), unverified, member.email.clone()];

    let (mut forgotten, mut wrong) = (Vec::new(), Vec::new());
    for address in &addresses {
        let answer = Visitor::new(&stack).forget_password(address).await;
        forgotten.push((answer.status, answer.json));
        let answer = Visitor::new(&stack).log_in(address, "not it").await;
        wrong.push((answer.status, answer.text("code").to_owned()));
    }

    assert!(
        forgotten.iter().all(|one| *one == forgotten[0]),
        "{forgotten:?}"
    );
    assert!(wrong.iter().all(|one| *one == wrong[0]), "{wrong:?}");
    assert_eq!(wrong[0], (401, "invalid_credentials".to_owned()));
    stack.token_for(&member.email, "reset-password").await;
}
