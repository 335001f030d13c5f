//! The control socket: interrupt and shutdown, which wait for no cell.

use crate::front::info;
use crate::front::session::Session;
use crate::front::shutdown::shut_down;
use crate::front::wire;
use jupyter_zmq_client::KernelControlConnection;
use serde_json::json;
use std::sync::Arc;

/// Answers requests, one after the other.
pub async fn serve(mut control: KernelControlConnection, session: Arc<Session>) {
    loop {
        let request = wire::next(&mut control).await;
        let parent = &request.parent;
        if request.kind == "interrupt_request" {
            // Before anything else: what is published here may be behind a lot of output.
            session.interrupt();
        }
        session.iopub.status(parent, "busy");
        let (kind, content) = match request.kind.as_str() {
            "kernel_info_request" => ("kernel_info_reply", info::reply(&session)),
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
