//! The five sockets of a kernel, a file for each: `shell.rs`, `control.rs`, `iopub.rs`, `stdin.rs`, `heartbeat.rs`.

mod backlog;
mod control;
mod heartbeat;
mod iopub;
mod shell;
mod stdin;
mod subscriber;

pub use iopub::IoPub;

use super::comms::Comms;
use super::output::Output;
use super::relay_link::RelayLink;
use super::session::Session;
use super::shutdown::{watch_parent, watch_signals};
use super::wire::Parent;
use super::worker::Worker;
use crate::directory::KernelDirectory;
use crate::messages::Prompt;
use jupyter_protocol::{ConnectionInfo, JupyterMessage};
use jupyter_zmq_client::{
    create_kernel_control_connection, create_kernel_heartbeat_connection,
    create_kernel_shell_connection, create_kernel_stdin_connection,
};
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Serves one kernel until it is shut down.
pub fn serve(kernel: KernelDirectory, connection_file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(connection_file)?;
    let connection: ConnectionInfo = serde_json::from_str(&text)?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(run(kernel, connection))
}

async fn run(kernel: KernelDirectory, connection: ConnectionInfo) -> Result<()> {
    let _lock = kernel.lock()?;
    let _template = rust_nn_template::in_use(&kernel.template)?;
    let id = format!("kernel-{}", std::process::id());
    let heartbeat = create_kernel_heartbeat_connection(&connection).await?;
    let shell = create_kernel_shell_connection(&connection, &id).await?;
    let control = create_kernel_control_connection(&connection, &id).await?;
    let stdin = create_kernel_stdin_connection(&connection, &id).await?;
    let iopub = IoPub::start(&connection, &kernel.path, &id).await?;

    let (replies, to_send) = unbounded_channel::<JupyterMessage>();
    let (session, prompts) = connect(kernel, iopub, replies)?;
    let (requests, queue) = mpsc::channel();
    Worker::start(Arc::clone(&session), queue);

    tokio::spawn(heartbeat::serve(heartbeat));
    tokio::spawn(stdin::serve(stdin, prompts, Arc::clone(&session)));
    tokio::spawn(watch_parent(Arc::clone(&session)));
    tokio::spawn(watch_signals(Arc::clone(&session)));
    tokio::spawn(control::serve(control, Arc::clone(&session)));
    shell::serve(shell, to_send, session, requests).await;
    Ok(())
}

/// The questions of cells to the reader.
type Prompts = UnboundedReceiver<(Parent, Prompt)>;

/// Connects the output of cells with those who listen to it.
fn connect(
    kernel: KernelDirectory,
    iopub: IoPub,
    replies: tokio::sync::mpsc::UnboundedSender<JupyterMessage>,
) -> Result<(Arc<Session>, Prompts)> {
    let relay: Arc<OnceLock<RelayLink>> = Arc::default();
    let (prompts, asked) = unbounded_channel();
    let comms = Comms::new(iopub.clone());
    let output = Output::new(
        iopub.clone(),
        kernel.clone(),
        comms.clone(),
        move |parent, prompt| {
            let _ = prompts.send((parent.clone(), prompt.clone()));
        },
        {
            let relay = Arc::clone(&relay);
            move |order| {
                if let Some(relay) = relay.get() {
                    relay.order(order);
                }
            }
        },
    );
    let receiver = output.clone();
    let started = RelayLink::start(&kernel, comms.clone(), move |report| {
        receiver.receive(report);
    })?;
    let _ = relay.set(started.clone());
    let session = Session::new(kernel, iopub, output, comms, started, replies);
    Ok((Arc::new(session), asked))
}
