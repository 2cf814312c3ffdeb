"""The functions that drive answers which are classes, or which are given functions: one module a lesson.

A driver gets the answer and the arguments of a case, which are plain data, and gives plain data back. A grader
runs it beside the student's code, where that code can tamper with it. So a driver hands out what the answer
did, raw, and concludes nothing; the conclusion is the ``view`` of the exercise, out of the student's reach.
"""
