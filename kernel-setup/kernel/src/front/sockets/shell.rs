//! The shell socket: requests about code. What needs the engine goes to its thread, the rest is answered here.

use crate::front::session::Session;
use crate::front::shutdown::shut_down;
use crate::front::wire::{self, Request};
use crate::front::{complete_code, completion, info, inspection};
use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::KernelShellConnection;
use serde_json::json;
use std::sync::{Arc, mpsc};
use tokio::sync::mpsc::UnboundedReceiver;

/// Answers requests, and sends the replies of the engine's thread.
pub async fn serve(
    shell: KernelShellConnection,
    mut replies: UnboundedReceiver<JupyterMessage>,
    session: Arc<Session>,
    worker: mpsc::Sender<Request>,
) {
    let (mut to_client, mut from_client) = shell.split();
    tokio::spawn(async move {
        while let Some(message) = replies.recv().await {
            // The client may be gone.
            let _ = to_client.send(message).await;
        }
    });
    loop {
        let request = wire::next(&mut from_client).await;
        answer(request, &session, &worker).await;
    }
}

/// Answers a request, or hands it to the engine's thread.
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
        "inspect_request" => inspection::nothing(),
        "kernel_info_request" => info::reply(session),
        "is_complete_request" => complete_code::reply(request.text("code")),
        "history_request" => Session::lock(&session.history).reply(&request),
        "comm_info_request" => session.comms.info(&request),
        "comm_open" | "comm_msg" | "comm_close" => {
            session.iopub.status(&parent, "busy");
            match request.kind.as_str() {
                "comm_open" => session.comms.open(&request),
                _ => session.comms.pass_on(&request),
            }
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
