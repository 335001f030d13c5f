"""The conformance suite of the Jupyter project, with samples for the Rust kernel."""

import unittest

import jupyter_kernel_test


def block(mime, content):
    """A statement that sends a block of rich content."""
    return f'println!("EVCXR_BEGIN_CONTENT {mime}\\n{{}}\\nEVCXR_END_CONTENT", {content});'


class RustKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "rust-nn"
    language_name = "rust"
    file_extension = ".rs"

    code_hello_world = 'println!("hello, world")'
    code_stderr = 'eprintln!("oops")'
    completion_samples = [
        {"text": "std::collections::HashM", "matches": {"HashMap"}},
        {"text": "let nothing_like_this_exists = qqqqqq", "matches": set()},
    ]
    complete_code_samples = ["1 + 1", "let a = 1;", "fn f() -> i32 {\n    1\n}", 'println!("x")']
    incomplete_code_samples = ["fn f() {", "let v = vec![1,", 'let s = "a', "if true {"]
    invalid_code_samples = ["let = 1;", "f(]", ")"]
    code_page_something = "?Vec"
    code_generate_error = 'panic!("on purpose")'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "let v = vec![1, 2]; v", "result": "[1, 2]"},
        {"code": '"é"', "result": '"é"'},
    ]
    code_display_data = [
        {"code": block("text/html", '"<b>b</b>"'), "mime": "text/html"},
        {"code": block("image/svg+xml", '"<svg/>"'), "mime": "image/svg+xml"},
        {"code": block("image/png", '"iVBORw0KGgo="'), "mime": "image/png"},
    ]
    code_history_pattern = "6 *"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Vec"
    code_clear_output = block(
        "application/vnd.rust-nn.clear-output+json", 'r#"{"wait":false}"#'
    )

    def setUp(self):
        # The engine warms up behind the first answer; the suite gives a cell fifteen seconds.
        if not getattr(type(self), "warm", False):
            type(self).warm = True
            self.kc.execute_interactive("1", timeout=120, output_hook=lambda message: None)


class RustWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "rust-nn"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
