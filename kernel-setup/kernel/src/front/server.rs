//! The sockets: who is asked what, and who answers.

use super::attend::{ask, beat, shut_down, watch_parent, watch_signals};
use super::iopub::IoPub;
use super::output::Output;
use super::session::Session;
use super::tap::Tap;
use super::wire::{self, Parent, Request};
use super::worker::Worker;
use super::{complete_code, completion, info};
use crate::home::Home;
use crate::link::Prompt;
use jupyter_protocol::{ConnectionInfo, JupyterMessage};
use jupyter_zmq_client::{
    KernelControlConnection, create_kernel_control_connection, create_kernel_heartbeat_connection,
    create_kernel_shell_connection, create_kernel_stdin_connection,
};
use serde_json::json;
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Serves one kernel until it is shut down.
pub fn serve(home: Home, connection_file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(connection_file)?;
    let connection: ConnectionInfo = serde_json::from_str(&text)?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(run(home, connection))
}

async fn run(home: Home, connection: ConnectionInfo) -> Result<()> {
    let _lock = home.lock()?;
    let _template = rust_nn_template::in_use(&home.template)?;
    let id = format!("kernel-{}", std::process::id());
    let heartbeat = create_kernel_heartbeat_connection(&connection).await?;
    let (mut shell_out, mut shell_in) = create_kernel_shell_connection(&connection, &id)
        .await?
        .split();
    let control = create_kernel_control_connection(&connection, &id).await?;
    let stdin = create_kernel_stdin_connection(&connection, &id).await?;
    let iopub = IoPub::start(&connection, &home.path, &id).await?;

    let (replies, mut to_send) = unbounded_channel::<JupyterMessage>();
    let (session, prompts) = connect(home, iopub, replies)?;
    let (requests, queue) = mpsc::channel();
    Worker::start(Arc::clone(&session), queue);

    tokio::spawn(beat(heartbeat));
    tokio::spawn(ask(stdin, prompts, Arc::clone(&session)));
    tokio::spawn(async move {
        while let Some(message) = to_send.recv().await {
            // The client may be gone.
            let _ = shell_out.send(message).await;
        }
    });
    tokio::spawn(watch_parent(Arc::clone(&session)));
    tokio::spawn(watch_signals(Arc::clone(&session)));
    tokio::spawn(obey(control, Arc::clone(&session)));
    loop {
        let request = wire::next(&mut shell_in).await;
        answer(request, &session, &requests).await;
    }
}

/// The questions of cells to the reader.
type Prompts = UnboundedReceiver<(Parent, Prompt)>;

/// Connects the output of cells with those who listen to it.
fn connect(
    home: Home,
    iopub: IoPub,
    replies: tokio::sync::mpsc::UnboundedSender<JupyterMessage>,
) -> Result<(Arc<Session>, Prompts)> {
    let tap: Arc<OnceLock<Tap>> = Arc::default();
    let (prompts, asked) = unbounded_channel();
    let output = Output::new(
        iopub.clone(),
        home.clone(),
        move |parent, prompt| {
            let _ = prompts.send((parent.clone(), prompt.clone()));
        },
        {
            let tap = Arc::clone(&tap);
            move |order| {
                if let Some(tap) = tap.get() {
                    tap.order(order);
                }
            }
        },
    );
    let receiver = output.clone();
    let started = Tap::start(&home, move |report| receiver.receive(report))?;
    let _ = tap.set(started.clone());
    let session = Session::new(home, iopub, output, started, replies);
    Ok((Arc::new(session), asked))
}

/// Answers a request on the shell channel, or hands it to the engine's thread.
async fn answer(request: Request, session: &Arc<Session>, worker: &mpsc::Sender<Request>) {
    let parent = request.parent.clone();
    let hand_over = |request| {
        session.hand_over();
        // Its thread ends with the process only.
        let _ = worker.send(request);
    };
    let content = match request.kind.as_str() {
        "execute_request" => {
            session.cell_waits();
            return hand_over(request);
        }
        "complete_request" | "inspect_request" if !session.is_busy() => return hand_over(request),
        "complete_request" => completion::by_name(&Session::lock(&session.names), &request),
        "inspect_request" => super::inspection::nothing(),
        "kernel_info_request" => info::reply(rust_version(session)),
        "is_complete_request" => complete_code::reply(request.text("code")),
        "history_request" => Session::lock(&session.history).reply(&request),
        "comm_info_request" => json!({ "status": "ok", "comms": {} }),
        "comm_open" => {
            session.iopub.status(&parent, "busy");
            let content = json!({ "comm_id": request.content["comm_id"], "data": {} });
            session.iopub.send(&parent, "comm_close", content);
            session.iopub.status(&parent, "idle");
            return;
        }
        "shutdown_request" => {
            session.iopub.status(&parent, "busy");
            let content = json!({ "status": "ok", "restart": request.flag("restart", false) });
            session.reply(&parent, "shutdown_reply", content);
            session.iopub.status(&parent, "idle");
            return shut_down(session).await;
        }
        // A message of a later protocol.
        _ => return,
    };
    session.iopub.status(&parent, "busy");
    session.reply(
        &parent,
        &request.kind.replace("_request", "_reply"),
        content,
    );
    session.iopub.status(&parent, "idle");
}

/// Answers on the control channel, which is never blocked by a cell.
async fn obey(mut control: KernelControlConnection, session: Arc<Session>) {
    loop {
        let request = wire::next(&mut control).await;
        let parent = &request.parent;
        if request.kind == "interrupt_request" {
            // Before anything else: what is published here may be behind a lot of output.
            session.interrupt();
        }
        session.iopub.status(parent, "busy");
        let (kind, content) = match request.kind.as_str() {
            "kernel_info_request" => ("kernel_info_reply", info::reply(rust_version(&session))),
            "interrupt_request" => ("interrupt_reply", json!({ "status": "ok" })),
            "shutdown_request" => {
                let restart = request.flag("restart", false);
                (
                    "shutdown_reply",
                    json!({ "status": "ok", "restart": restart }),
                )
            }
            _ => {
                session.iopub.status(parent, "idle");
                continue;
            }
        };
        // The client may be gone.
        let _ = control.send(parent.reply(kind, content)).await;
        session.iopub.status(parent, "idle");
        if kind == "shutdown_reply" {
            shut_down(&session).await;
        }
    }
}

/// The version of the compiler, such as `1.95.0`.
fn rust_version(session: &Session) -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        session
            .home
            .recipe()
            .ok()
            .and_then(|recipe| {
                recipe
                    .toolchain
                    .version
                    .split(' ')
                    .nth(1)
                    .map(str::to_owned)
            })
            .unwrap_or_else(|| "unknown".to_owned())
    })
}
