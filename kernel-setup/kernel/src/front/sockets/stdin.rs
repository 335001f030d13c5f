//! The stdin socket: a cell asks the reader for a line.

use crate::front::session::Session;
use crate::front::wire::{self, Parent};
use crate::messages::{Order, Prompt};
use jupyter_zmq_client::KernelStdinConnection;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

/// Asks the reader for the lines that cells want.
pub async fn serve(
    stdin: KernelStdinConnection,
    mut prompts: UnboundedReceiver<(Parent, Prompt)>,
    session: Arc<Session>,
) {
    let (mut to_client, mut from_client) = stdin.split();
    tokio::spawn(async move {
        while let Some((parent, prompt)) = prompts.recv().await {
            let content = json!({ "prompt": prompt.prompt, "password": prompt.password });
            let _ = to_client.send(parent.reply("input_request", content)).await;
        }
    });
    loop {
        let reply = wire::next(&mut from_client).await;
        if reply.kind == "input_reply" {
            let line = reply.text("value").replace('\n', " ");
            session.relay.order(Order::Line(line));
        }
    }
}
