use std::net::Ipv4Addr;
use std::sync::LazyLock;

use axum::body::Body;
use lambda_harness::Function;
use serde_json::{Value, json};
use test_support::Answer;

use crate::gateway_event::{event, read};
use crate::request::Request;
use crate::stack::Stack;

/// Somebody who calls the API.
///
/// Through the local stack's gateway everybody comes from 127.0.0.1, and limits count per client: three registrations an
/// hour would be all that the whole suite has. So a visitor comes in one of two ways. Most call the functions themselves,
/// with the event that the gateway would make and an address of their own; only a test that is about the way through the
/// gateway comes [`through the gateway`](Visitor::through_the_gateway), and has its counters emptied before it begins.
#[derive(Debug, Clone)]
pub struct Visitor {
    stack: Stack,
    door: Door,
}

#[derive(Debug, Clone)]
enum Door {
    Gateway,
    Function { source_ip: String },
}

/// Every route of the product: method, path, function. A path that is answered with a slash has two.
static ROUTES: LazyLock<Vec<(String, String, &str)>> = LazyLock::new(|| {
    let of = |endpoint: &api::Endpoint| {
        let (path, name) = (endpoint.path(), endpoint.name());
        let slashed = endpoint.has_slash().then(|| format!("{path}/"));
        let paths: Vec<String> = std::iter::once(path).chain(slashed).collect();
        let methods = endpoint.methods().into_iter();
        methods.flat_map(move |method| {
            let of_path = move |path| (method.clone(), path, name);
            paths.clone().into_iter().map(of_path)
        })
    };
    areas::endpoints().iter().flat_map(of).collect()
});

/// Whether a request's path is one of a route's.
fn fits(route: &str, path: &str) -> bool {
    let (mut parts, mut given) = (route.split('/'), path.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) => {
                let is_parameter = part.starts_with('{') && !given.is_empty();
                if !is_parameter && part != given {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

impl Visitor {
    /// One with an address that nobody else has.
    pub fn new(stack: &Stack) -> Self {
        // 10.0.0.0/8 has room for all that a developer's stack will ever see.
        let address = Ipv4Addr::from_bits(0x0a00_0000 | rand::random_range(1..0x00ff_ffff));
        Self::at(stack, &address.to_string())
    }

    /// One with a given address.
    pub fn at(stack: &Stack, source_ip: &str) -> Self {
        let source_ip = source_ip.to_owned();
        Self {
            stack: stack.clone(),
            door: Door::Function { source_ip },
        }
    }

    /// One who comes over HTTP, through the gateway, and has not been here before.
    pub async fn through_the_gateway(stack: &Stack) -> Self {
        stack.forget_limits_of("127.0.0.1").await;
        Self {
            stack: stack.clone(),
            door: Door::Gateway,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: Request) -> Answer {
        match &self.door {
            Door::Gateway => self.send_over_http(request).await,
            Door::Function { source_ip } => self.send_to_function(&request, source_ip).await,
        }
    }

    /// Sends a request, and on to where its answer leads: with method, body and headers, as 308 asks (RFC 9110, 15.4.9).
    pub async fn follow(&self, request: Request) -> Answer {
        let answer = self.send(request.clone()).await;
        if answer.status != 308 {
            return answer;
        }
        self.send(request.sent_on_to(answer.header("location")))
            .await
    }

    /// Registers, with a name that a mail greets by.
    pub async fn register(&self, email: &str, password: &str) -> Answer {
        let body = json!({
            "email": email, "password": password, "password_confirm": password,
            "first_name": "Ann", "last_name": "Miller",
        });
        self.send(Request::post("/api/v1/auth/register", &body))
            .await
    }

    /// Opens the mailed link's token.
    pub async fn verify_email(&self, token: &str) -> Answer {
        let target = format!("/api/v1/auth/verify-email?token={token}");
        self.send(Request::get(&target)).await
    }

    /// Asks for another link.
    pub async fn resend_verification(&self, email: &str) -> Answer {
        let body = json!({ "email": email });
        self.send(Request::post("/api/v1/auth/resend-verification", &body))
            .await
    }

    /// Asks for a one-time code.
    pub async fn request_code(&self, email: &str) -> Answer {
        let body = json!({ "email": email });
        self.send(Request::post("/api/v1/auth/otp/request", &body))
            .await
    }

    /// Logs in with a one-time code.
    pub async fn verify_code(&self, email: &str, code: &str) -> Answer {
        let body = json!({ "email": email, "code": code });
        self.send(Request::post("/api/v1/auth/otp/verify", &body))
            .await
    }

    /// Logs in with a password. `login` is an address or a username.
    pub async fn log_in(&self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password });
        self.send(Request::post("/api/v1/auth/token", &body)).await
    }

    /// Answers the question for the second factor; `proof` is the code or the recovery code, by its field.
    pub async fn answer_challenge(&self, challenge: &str, proof: (&str, &str)) -> Answer {
        let body = json!({ "challenge": challenge, (proof.0): proof.1 });
        self.send(Request::post("/api/v1/auth/mfa/verify", &body))
            .await
    }

    /// Asks for a link to choose a new password.
    pub async fn forget_password(&self, email: &str) -> Answer {
        let body = json!({ "email": email });
        self.send(Request::post("/api/v1/auth/password/forgot", &body))
            .await
    }

    /// Chooses a new password by the mailed link's token.
    pub async fn reset_password(&self, token: &str, password: &str) -> Answer {
        let body = json!({ "token": token, "password": password, "password_confirm": password });
        self.send(Request::post("/api/v1/auth/password/reset", &body))
            .await
    }

    /// Says of what a notice told that it was not them.
    pub async fn deny(&self, token: &str) -> Answer {
        let body = json!({ "token": token });
        self.send(Request::post("/api/v1/auth/not-me", &body)).await
    }

    /// Sends JSON with a token.
    pub async fn post_as(&self, token: &str, target: &str, body: &Value) -> Answer {
        self.send(Request::post(target, body).with_token(token))
            .await
    }

    /// Reads something with a token.
    pub async fn get_as(&self, token: &str, target: &str) -> Answer {
        self.send(Request::get(target).with_token(token)).await
    }

    /// The same at a process that is not deployed.
    pub async fn verify_code_by(&self, process: &Function, email: &str, code: &str) -> Answer {
        let body = json!({ "email": email, "code": code });
        let request = Request::post("/api/v1/auth/otp/verify", &body);
        let source_ip = match &self.door {
            Door::Gateway => "127.0.0.1",
            Door::Function { source_ip } => source_ip,
        };
        let key = "POST /api/v1/auth/otp/verify/{proxy+}";
        let outcome = process.invoke(&event(&request, key, source_ip)).await;
        let given = outcome.answer();
        read(given.unwrap_or_else(|| panic!("the process failed: {outcome:?}")))
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, token: &str) -> Answer {
        let body = json!({ "refresh": token });
        self.send(Request::post("/api/v1/auth/token/refresh", &body))
            .await
    }

    /// Reads the profile of a token's account.
    pub async fn me(&self, token: &str) -> Answer {
        self.send(Request::get("/api/v1/users/me").with_token(token))
            .await
    }

    async fn send_over_http(&self, request: Request) -> Answer {
        let mut url = format!("{}{}", self.stack.api_url(), request.path);
        if !request.query.is_empty() {
            url = format!("{url}?{}", request.query);
        }
        let mut sent = axum::http::Request::builder()
            .method(request.method.as_str())
            .uri(url);
        for (name, value) in &request.headers {
            sent = sent.header(name, value);
        }
        let body = Body::from(request.body.unwrap_or_default());
        let sent = sent.body(body).expect("a request of plain parts");
        let (status, headers, body) = self
            .stack
            .http
            .send(sent)
            .await
            .unwrap_or_else(|error| panic!("the API does not answer: {error}"));
        Answer::of(status.as_u16(), headers, body)
    }

    async fn send_to_function(&self, request: &Request, source_ip: &str) -> Answer {
        let route = ROUTES
            .iter()
            .filter(|(method, path, _)| *method == request.method && fits(path, &request.path))
            // As the gateway does: what is said in so many words goes before a parameter.
            .min_by_key(|(_, path, _)| path.matches('{').count());
        let (key, name) = match route {
            Some((method, path, name)) => (format!("{method} {path}"), *name),
            None => ("$default".to_owned(), "answer_unknown"),
        };
        let function = self.stack.function(name);
        let event = event(request, &key, source_ip);
        let (given, failed) = self.stack.aws.invoke(&function, &event).await;
        assert!(!failed, "{name} failed: {given}");
        read(&given)
    }
}
