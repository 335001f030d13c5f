//! A graph of ONNX's operators in the making: nodes, constants, names.

use std::collections::HashSet;

use super::proto::{self, Attribute, Message};

/// The name of a tensor in the graph.
pub(super) type Name = String;

#[derive(Default)]
pub(super) struct Graph {
    nodes: Vec<Message>,
    constants: Vec<Message>,
    /// The names of constants and of nodes' outputs so far.
    names: HashSet<Name>,
    /// What stands before the names of the present layer.
    scope: String,
}

impl Graph {
    /// Names from here on begin with this one.
    pub(super) fn enter(&mut self, scope: &str) {
        self.scope = scope.to_string();
    }

    /// Keeps a name for an input or an output; false if it is taken.
    pub(super) fn reserve(&mut self, name: &str) -> bool {
        self.names.insert(name.to_string())
    }

    /// A name that nothing has yet.
    fn fresh(&mut self, what: &str) -> Name {
        let plain = format!("{}/{what}", self.scope);
        let numbered = (1..).map(|number| format!("{plain}_{number}"));
        let mut names = std::iter::once(plain.clone()).chain(numbered);
        let free = names.find(|name| self.names.insert(name.clone()));
        free.expect("numbers do not end")
    }

    /// An operator with one output; gives the name of that.
    pub(super) fn add(&mut self, operator: &str, inputs: &[&Name]) -> Name {
        self.add_with(operator, inputs, &[])
    }

    /// The same with attributes.
    pub(super) fn add_with(
        &mut self,
        operator: &str,
        inputs: &[&Name],
        attributes: &[(&str, Attribute<'_>)],
    ) -> Name {
        let mut outputs = self.add_many(operator, inputs, attributes, 1);
        outputs.remove(0)
    }

    /// An operator with several outputs.
    pub(super) fn add_many(
        &mut self,
        operator: &str,
        inputs: &[&Name],
        attributes: &[(&str, Attribute<'_>)],
        outputs: usize,
    ) -> Vec<Name> {
        let outputs: Vec<Name> = (0..outputs).map(|_| self.fresh(operator)).collect();
        self.push(operator, inputs, &outputs, attributes);
        outputs
    }

    /// Gives a tensor another name: that of an output.
    pub(super) fn rename(&mut self, from: &Name, to: &str) {
        self.push("Identity", &[from], &[to.to_string()], &[]);
    }

    fn push(
        &mut self,
        operator: &str,
        inputs: &[&Name],
        outputs: &[Name],
        attributes: &[(&str, Attribute<'_>)],
    ) {
        let texts = |own: Message, field, texts: &[&Name]| {
            texts.iter().fold(own, |own, text| own.text(field, text))
        };
        let own = texts(Message::default(), 1, inputs);
        let own = texts(own, 2, &outputs.iter().collect::<Vec<_>>());
        let name = outputs.first().map_or("", |output| output.as_str());
        let attributes = attributes.iter().map(|(name, value)| value.encode(name));
        let own = own.text(3, name).text(4, operator);
        self.nodes
            .push(own.messages(5, &attributes.collect::<Vec<_>>()));
    }

    /// Numbers that are part of the model.
    pub(super) fn constant(&mut self, what: &str, shape: &[usize], values: &[f32]) -> Name {
        let name = self.fresh(what);
        self.constants.push(proto::floats(&name, shape, values));
        name
    }

    /// One number.
    pub(super) fn number(&mut self, value: f32) -> Name {
        self.constant("number", &[], &[value])
    }

    /// Lengths or axes.
    pub(super) fn integers(&mut self, what: &str, values: &[i64]) -> Name {
        let name = self.fresh(what);
        self.constants.push(proto::integers(&name, values));
        name
    }

    /// A weight of the layer; one that is applied again has its weights there already.
    pub(super) fn weight(&mut self, what: &str, shape: &[usize], values: &[f32]) -> Name {
        let name = format!("{}/{what}", self.scope);
        if self.names.insert(name.clone()) {
            self.constants.push(proto::floats(&name, shape, values));
        }
        name
    }

    /// Another shape for each sample; the batch stays.
    pub(super) fn reshape(&mut self, input: &Name, shape: &[usize]) -> Name {
        let axes: Vec<i64> = std::iter::once(-1)
            .chain(shape.iter().map(|axis| *axis as i64))
            .collect();
        let axes = self.integers("shape", &axes);
        self.add("Reshape", &[input, &axes])
    }

    /// A graph within this one, as the body of a loop: what `make` adds is in it alone, and its names are new in both.
    pub(super) fn within(
        &mut self,
        make: impl FnOnce(&mut Graph) -> (Vec<Message>, Vec<Message>),
    ) -> Message {
        let nodes = std::mem::take(&mut self.nodes);
        let constants = std::mem::take(&mut self.constants);
        let (inputs, outputs) = make(self);
        let body = self.encode("body", &inputs, &outputs);
        (self.nodes, self.constants) = (nodes, constants);
        body
    }

    /// A new name of an input or an output of a body.
    pub(super) fn local(&mut self, what: &str) -> Name {
        self.fresh(what)
    }

    pub(super) fn encode(&self, name: &str, inputs: &[Message], outputs: &[Message]) -> Message {
        let own = Message::default().messages(1, &self.nodes).text(2, name);
        let own = own.messages(5, &self.constants).messages(11, inputs);
        own.messages(12, outputs)
    }
}
