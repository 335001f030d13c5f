"""Settings of nbgrader for a course whose notebooks are in Rust. Copy it into the course's folder."""

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "nn-lib"
# What students find in the place of a solution. An exercise that still says it counts as not answered.
c.ClearSolutions.code_stub = {"rust": "todo!()"}
# Seconds for one cell; the first ones of a notebook are compiled anew.
c.ExecutePreprocessor.timeout = 300
c.ExecutePreprocessor.startup_timeout = 300
