//! Which routes are there, and what does each ask for? One registry: there is no other way to add a route.
//!
//! Each route names the verb that its handler must have decided on. The layer around it refuses everybody who is not
//! signed in, and withholds any answer that was made without that decision: forgetting to ask is a closed door, not an
//! open one. The authorisation matrix, the list of routes and the tests are made from this registry.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use daymark_access::Action;

use crate::app::App;
use crate::edge::api_problem::ApiProblem;
use crate::edge::error_page::PageError;
use crate::edge::session::{self, Asked};
use crate::edge::token;
use crate::edge::unsent;

/// Who may knock at a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Anybody; the reason says why that is safe.
    Nothing {
        /// Why.
        because: &'static str,
    },
    /// A signed-in member for whom this verb was decided.
    Decision(Action),
    /// A signed-in member for whom one of these verbs was decided: a list that some see in full and some coarsely.
    AnyOf(&'static [Action]),
    /// A machine with a token, acting as a member for whom this verb was decided. Sessions do not count here.
    Token(Action),
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: Method,
    /// The path, with `{name}` for what varies.
    pub path: &'static str,
    /// Who may knock.
    pub needs: Needs,
}

/// The registry while it is built.
#[derive(Debug, Default)]
pub struct Rooms {
    router: Router<App>,
    routes: Vec<Route>,
    app: Option<App>,
}

impl Rooms {
    /// An empty registry for one application.
    pub fn new(app: &App) -> Self {
        Self { app: Some(app.clone()), ..Self::default() }
    }

    /// A page for a signed-in member.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.decided(Method::GET, MethodFilter::GET, path, action, handler)
    }

    /// A page for a signed-in member whose answer rests on one of several verbs.
    #[must_use]
    pub fn get_any<H, T>(mut self, path: &'static str, actions: &'static [Action], handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let mut one = on(MethodFilter::GET, handler);
        if let Some(app) = &self.app {
            one = one.layer(from_fn_with_state((app.clone(), actions), guard));
        }
        self.router = self.router.route(path, one);
        self.routes.push(Route { method: Method::GET, path, needs: Needs::AnyOf(actions) });
        self
    }

    /// An action of a signed-in member.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.decided(Method::POST, MethodFilter::POST, path, action, handler)
    }

    /// An action of a signed-in member that brings a file of at most `limit` bytes.
    #[must_use]
    pub fn upload<H, T>(self, path: &'static str, action: Action, limit: usize, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let mut one = on(MethodFilter::POST, handler).layer(DefaultBodyLimit::max(limit));
        if let Some(app) = &self.app {
            one = one.layer(from_fn_with_state((app.clone(), alone(action)), guard));
        }
        self.one(Method::POST, path, action, one)
    }

    /// An action of a machine, which shows a token instead of a session.
    #[must_use]
    pub fn machine_post<H, T>(mut self, path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let mut one = on(MethodFilter::POST, handler);
        if let Some(app) = &self.app {
            one = one.layer(from_fn_with_state((app.clone(), action), guard_machine));
        }
        self.router = self.router.route(path, one);
        self.routes.push(Route { method: Method::POST, path, needs: Needs::Token(action) });
        self
    }

    /// A page for anybody.
    #[must_use]
    pub fn open_get<H, T>(self, path: &'static str, because: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.open(Method::GET, MethodFilter::GET, path, because, handler)
    }

    /// An action of anybody.
    #[must_use]
    pub fn open_post<H, T>(self, path: &'static str, because: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.open(Method::POST, MethodFilter::POST, path, because, handler)
    }

    fn open<H, T>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        because: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.router = self.router.route(path, on(filter, handler));
        self.routes.push(Route { method, path, needs: Needs::Nothing { because } });
        self
    }

    fn decided<H, T>(
        self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        action: Action,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let mut one = on(filter, handler);
        if let Some(app) = &self.app {
            one = one.layer(from_fn_with_state((app.clone(), alone(action)), guard));
        }
        self.one(method, path, action, one)
    }

    fn one(mut self, method: Method, path: &'static str, action: Action, one: MethodRouter<App>) -> Self {
        self.router = self.router.route(path, one);
        self.routes.push(Route { method, path, needs: Needs::Decision(action) });
        self
    }

    /// All routes, and the router that answers them.
    pub fn finish(self) -> (Vec<Route>, Router<App>) {
        (self.routes, self.router)
    }
}

/// One verb as a slice that lives as long as the program.
fn alone(action: Action) -> &'static [Action] {
    Action::ALL
        .iter()
        .position(|one| *one == action)
        .and_then(|at| Action::ALL.get(at..=at))
        .unwrap_or_default()
}

/// Lets nobody in who is not signed in; lets nothing out that was not decided.
async fn guard(
    State((app, actions)): State<(App, &'static [Action])>,
    mut request: Request,
    next: Next,
) -> Response {
    let who = match session::signed_in(&app, request.headers()).await {
        Ok(Some(who)) => who,
        Ok(None) => return unsent::sign_in_first(&app, request).await,
        Err(error) => return error.into_response(),
    };
    let asked: Asked = who.asked();
    let again = unsent::sent_again(request.method(), request.uri()).map(|id| (who.clone(), id));
    request.extensions_mut().insert(who);
    let response = next.run(request).await;
    // Any other answer leaves the kept form where it is.
    if let Some((who, id)) = again.filter(|_| response.status().is_redirection()) {
        unsent::settle(&app, &who, &id).await;
    }
    // INVARIANT: an answer that shows or changes something rests on a decision about this route's verb.
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if failed || actions.iter().any(|action| asked.was_decided(*action)) {
        response
    } else {
        PageError::Internal { doing: "show a page that nobody decided on" }.into_response()
    }
}

/// The same for machines: a token instead of a session, and answers as JSON.
async fn guard_machine(
    State((app, action)): State<(App, Action)>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(shown) = token::shown(request.headers()) else { return ApiProblem::no_token().into_response() };
    let who = match token::bearer(&app, shown).await {
        Ok(Some(who)) => who,
        Ok(None) => return ApiProblem::no_token().into_response(),
        Err(error) => return ApiProblem::from(error).into_response(),
    };
    if let Err(seconds) = app.budget.admit(shown, app.clock.now()) {
        return ApiProblem::too_many(seconds).into_response();
    }
    let asked: Asked = who.asked();
    request.extensions_mut().insert(who);
    let response = next.run(request).await;
    // INVARIANT: as above.
    if response.status().is_client_error() || response.status().is_server_error() || asked.was_decided(action)
    {
        response
    } else {
        ApiProblem::from(PageError::Internal { doing: "answer what nobody decided on" }).into_response()
    }
}
