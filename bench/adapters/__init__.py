"""One module a data set: reads a folder of its layout, runs our parser or the desk, yields what its scorer reads.

Each has `predictions(task: Task) -> Iterator[dict[str, Any]]`, one JSON object a line of the scorer's input.
"""
