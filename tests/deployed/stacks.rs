//! What CloudFormation, Lambda and API Gateway allow, counted on the deployed stack, and for the 250 functions that are coming.

use std::collections::BTreeMap;
use std::process::Command;

use areas::CRATES;
use end_to_end::{Stack, repository};
use roxmltree::Document;

/// The most resources of a stack. CloudFormation takes 500; the rest is for what nobody has thought of.
const RESOURCES: usize = 200;
/// The most resources of the stack that nests the others.
const ROOT_RESOURCES: usize = 60;
/// The most bytes of a processed template: CloudFormation's own limit.
const TEMPLATE: usize = 1_000_000;
/// The most bytes of a function's variables. Lambda takes 4 KB.
const ENVIRONMENT: usize = 3 * 1024;
/// The longest name of an installation, as docs/DEPLOY.md says.
const STACK_NAME: usize = 35;
/// The longest name of a function in AWS.
const FUNCTION_NAME: usize = 64;

/// A stack with the types of its resources.
struct Counted {
    name: String,
    /// The size of its processed template, in bytes.
    template: usize,
    resources: BTreeMap<String, usize>,
    nested: Vec<(String, String)>,
}

async fn ask(stack: &Stack, action: &str, name: &str) -> String {
    let version = ("Version", "2010-05-15");
    let asked = [("Action", action), version, ("StackName", name)];
    stack.aws.query("cloudformation", &asked).await
}

async fn count(stack: &Stack, name: &str) -> Counted {
    let answer = ask(stack, "DescribeStackResources", name).await;
    let document = Document::parse(&answer).unwrap();
    let texts = |tag: &'static str| {
        let nodes = document
            .descendants()
            .filter(move |node| node.has_tag_name(tag));
        nodes.map(|node| node.text().unwrap_or_default().to_owned())
    };
    let mut resources = BTreeMap::new();
    for kind in texts("ResourceType") {
        *resources.entry(kind).or_default() += 1;
    }
    let ids = texts("LogicalResourceId").zip(texts("PhysicalResourceId"));
    let nested = ids
        .zip(texts("ResourceType"))
        .filter(|(_, kind)| kind == "AWS::CloudFormation::Stack");
    let nested = nested.map(|(ids, _)| ids).collect();
    let template = ask(stack, "GetTemplate", name).await;
    let template = Document::parse(&template).unwrap();
    let body = template
        .descendants()
        .find(|node| node.has_tag_name("TemplateBody"));
    Counted {
        name: name.to_owned(),
        template: body.unwrap().text().unwrap_or_default().len(),
        resources,
        nested,
    }
}

/// A stack that the root nests, by its name in the template.
async fn nested(stack: &Stack, root: &Counted, logical: &str) -> Counted {
    let mut all = root.nested.iter();
    let found = all.find(|(name, _)| name == logical);
    count(stack, &found.unwrap().1).await
}

impl Counted {
    fn total(&self) -> usize {
        self.resources.values().sum()
    }
}

#[tokio::test]
async fn no_stack_is_near_what_cloudformation_takes() {
    let stack = Stack::deployed();
    let root = count(&stack, stack.name()).await;
    assert!(
        root.total() < ROOT_RESOURCES,
        "the root has {}",
        root.total()
    );
    assert!(root.nested.len() >= 10);
    for (_, nested) in &root.nested {
        let nested = count(&stack, nested).await;
        assert!(
            nested.total() < RESOURCES,
            "{} has {}",
            nested.name,
            nested.total()
        );
        assert!(
            nested.template <= TEMPLATE,
            "{}: {} bytes",
            nested.name,
            nested.template
        );
    }
}

#[tokio::test]
async fn an_endpoint_costs_two_resources() {
    let stack = Stack::deployed();
    let root = count(&stack, stack.name()).await;
    let site = nested(&stack, &root, "Site").await;
    let functions = CRATES.iter().find(|one| one.name == "site").unwrap();
    assert_eq!(
        site.resources["AWS::Lambda::Function"],
        functions.endpoints.len()
    );
    assert_eq!(
        site.total(),
        2 * functions.endpoints.len(),
        "{:?}",
        site.resources
    );
}

/// Two hundred endpoints in the areas that the product is to have: the one that has most of them today, and what the routes of
/// one endpoint weigh.
#[tokio::test]
async fn two_hundred_and_fifty_functions_fit() {
    let stack = Stack::deployed();
    let root = count(&stack, stack.name()).await;
    let api = nested(&stack, &root, "Api").await;
    let endpoints = areas::endpoints().len();
    let weight = api.template.div_ceil(endpoints);
    assert!(200 * weight <= TEMPLATE, "{weight} bytes an endpoint");
    assert!(api.total() < 10, "{:?}", api.resources);

    // An area is a stack. Beside its functions and their roles it has what they are triggered by: as much as the area that has
    // most of it today leaves this many functions to each of the ten areas that are to come.
    let accounts = nested(&stack, &root, "Accounts").await;
    let beside = accounts.total() - 2 * accounts.resources["AWS::Lambda::Function"];
    assert!(beside > 0 && beside < RESOURCES);
    let in_an_area = (RESOURCES - beside) / 2;
    assert!(
        in_an_area * 10 >= 250 && in_an_area > accounts.resources["AWS::Lambda::Function"],
        "{in_an_area}"
    );
}

#[tokio::test]
async fn every_name_and_every_environment_is_within_lambdas_limits() {
    let stack = Stack::deployed();
    let endpoints = CRATES.iter().flat_map(|one| one.endpoints);
    let endpoints = endpoints.map(api::Endpoint::name);
    let workers = CRATES.iter().flat_map(|one| one.workers);
    let workers = workers.chain(workers::WORKERS).map(work::Worker::name);
    for name in endpoints.chain(workers) {
        let longest = STACK_NAME + 1 + name.len();
        assert!(
            longest <= FUNCTION_NAME,
            "{name} is too long by {}",
            longest - FUNCTION_NAME
        );

        let configuration = stack
            .aws
            .function_configuration(&stack.function(name))
            .await;
        let variables = configuration["Environment"]["Variables"]
            .as_object()
            .unwrap();
        let size = variables
            .iter()
            .map(|(name, value)| name.len() + value.as_str().unwrap_or_default().len());
        let size: usize = size.sum();
        assert!(size <= ENVIRONMENT, "{name} has {size} bytes of variables");
    }
}

#[tokio::test]
async fn the_smoke_test_finds_every_route() {
    let stack = Stack::deployed();
    let url = stack.api_url().to_owned();
    let output = tokio::task::spawn_blocking(move || {
        Command::new("python3")
            .arg(repository("xtask/src/smoke.py"))
            .arg(url)
            .arg(repository("functions/site/routes.txt"))
            .output()
            .unwrap()
    });
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complaint}");
    assert!(said.contains(" calls, 0 faults"), "{said}");
}
