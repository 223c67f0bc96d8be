//! Searching accounts by what they are called.

use accounts::people::{People, PeopleFilter, PeopleOrder, SearchText};
use accounts_testing::{Call, LoggedIn, TestApp};
use kernel::role::Role;
use serde_json::Value;
use store::{Count, PageRequest};

async fn found(app: &TestApp, admin: &LoggedIn, search: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut target = format!(
        "/api/v1/users?page_size=2&search={}",
        search.replace(' ', "+")
    );
    loop {
        let call = Call::get(&target).with_token(&admin.access);
        let answer = app.call(call).await.expect(200);
        let people = answer.json["results"].as_array().into_iter().flatten();
        names.extend(people.map(|person| name(&person["email"])));
        match answer.json["next"].as_str() {
            Some(next) => next.clone_into(&mut target),
            None => break,
        }
    }
    names.sort_unstable();
    names
}

/// What stands before the `@`.
fn name(email: &Value) -> String {
    let email = email.as_str().unwrap_or_default();
    email.split('@').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn people_are_found_once_by_the_beginning_of_what_they_are_called() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for (email, username, first, last) in [
        ("ann.miller@example.com", "ann.miller", "Ann", "Miller"),
        ("annabel@example.com", "Ann", "Annabel", "Annan"),
        ("x1@example.com", "miller", "Jo-Ann", "O'Neill"),
        ("x2@example.com", "", "Łukasz", "Żak"),
        ("x3@example.com", "", "", ""),
        ("ann#x4@example.com", "", "Ann", ""),
        ("x5@example.com", "", "Maria  del", "Mar"),
    ] {
        app.member_called(email, username, first, last).await;
    }
    app.index().await;

    for (search, expected) in [
        ("ann", &["ann#x4", "ann.miller", "annabel"][..]),
        ("ANN", &["ann#x4", "ann.miller", "annabel"]),
        ("ann ", &["ann#x4", "ann.miller", "annabel"]),
        ("ann m", &["ann.miller"]),
        ("ann.m", &["ann.miller"]),
        ("ann%23x", &["ann#x4"]),
        ("annab", &["annabel"]),
        ("mil", &["ann.miller", "x1"]),
        ("miller ann", &["ann.miller"]),
        ("o'n", &["x1"]),
        ("ÿu", &[]),
        ("łu", &["x2"]),
        ("lukasz zak", &["x2"]),
        ("ża", &["x2"]),
        ("maria del m", &["x5"]),
        ("x3@example.com", &["x3"]),
        ("example", &[]),
    ] {
        assert_eq!(found(&app, &admin, search).await, expected, "{search}");
    }
}

#[tokio::test]
async fn case_and_accents_are_no_difference_to_a_search() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for (email, username, first, last) in [
        ("x1@example.com", "νικος.παπας", "ΝΊΚΟΣ", "Παπάς"),
        ("x2@example.com", "Straße", "Karl", "Groß"),
        ("x3@example.com", "", "Émile", "Zoë"),
        ("x4@example.com", "", "Işık", "Çelik"),
    ] {
        app.member_called(email, username, first, last).await;
    }
    app.index().await;

    for (search, expected) in [
        ("νικος", "x1"),
        ("ΝΙΚΟΣ.ΠΑΠΑΣ", "x1"),
        ("νίκος παπας", "x1"),
        ("ΠΑΠΑΣ", "x1"),
        ("strasse", "x2"),
        ("STRAẞE", "x2"),
        ("gross", "x2"),
        ("emile", "x3"),
        ("EMILE ZOE", "x3"),
        ("e\u{301}mile", "x3"),
        ("IŞIK", "x4"),
        ("isik celik", "x4"),
        // As they are pasted: full width, with what is not seen, with another dash.
        ("ｘ３@ｅｘａｍｐｌｅ．ｃｏｍ", "x3"),
        ("\u{202a}emi\u{200b}le\u{202c}", "x3"),
    ] {
        assert_eq!(found(&app, &admin, search).await, [expected], "{search}");
    }
}

#[tokio::test]
async fn a_search_reads_whom_it_shows_and_one_entry_more() {
    let app = TestApp::start().await;
    for number in 0..30 {
        // Found by address, username and both orders of the name, all of which begin alike.
        let (email, username) = (
            format!("ann{number:02}@example.com"),
            format!("anna{number:02}"),
        );
        app.member_called(&email, &username, "Ann", "Anders").await;
    }
    app.index().await;
    let people = People(app.app().store());
    for search in ["an", "ann", "anna", "ann0", "anders", "anders a"] {
        let order = PeopleOrder::Found(SearchText::parse(search).unwrap());
        let listed = people
            .list(
                &PeopleFilter::default(),
                &order,
                &PageRequest::new(10, None),
            )
            .await
            .unwrap();

        assert_eq!(listed.page.items.len(), 10, "{search}");
        let more = usize::from(listed.page.next.is_some());
        assert_eq!(listed.read, 10 + more, "{search}");
    }
}

#[tokio::test]
async fn a_search_for_what_is_rare_reads_so_much_and_no_more() {
    let app = TestApp::start().await;
    for number in 0..40 {
        let email = format!("ann{number:02}@example.com");
        app.member_who(&email, |user| {
            user.role = if number == 35 { Role::Teen } else { Role::User };
        })
        .await;
    }
    app.index().await;
    let filter = PeopleFilter {
        role: Some(Role::Teen),
        ..PeopleFilter::default()
    };
    let order = PeopleOrder::Found(SearchText::parse("ann").unwrap());
    let people = People(app.app().store());
    let (mut position, mut found, mut parts) = (None, 0, 0);
    loop {
        let listed = people
            .list(&filter, &order, &PageRequest::new(1, position))
            .await
            .unwrap();
        assert!(listed.read <= 25, "{}", listed.read);
        (found, parts) = (found + listed.page.items.len(), parts + 1);
        position = listed.page.next;
        if position.is_none() {
            break;
        }
    }
    assert_eq!((found, parts), (1, 2));

    // Whoever has it counted reads all of it anyway.
    let request = PageRequest {
        count_to: 100,
        ..PageRequest::new(1, None)
    };
    let listed = people.list(&filter, &order, &request).await.unwrap();
    assert_eq!(listed.page.items.len(), 1);
    assert_eq!(listed.page.total(), Some(Count::Exactly(1)));
}
