"""How our pages' own small APIs read what comes in and say no: RFC 9457 problem details, everywhere the same."""

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import Response, jsonify, request
from pydantic import BaseModel, ValidationError

from tinghao.basics.problem import Problem

Shape = TypeVar("Shape", bound=BaseModel)


class Malformed(Problem):
    """The wish has not the shape it must have."""

    code = "malformed"
    status = 400
    detail = "请求格式不正确。"
    detail_en = "The request is malformed."


def wanted(shape: type[Shape]) -> Shape:
    """The request's JSON in its shape; raises `Malformed`."""
    given: Any = request.get_json(silent=True)
    try:
        return shape.model_validate(given)
    except ValidationError:
        raise Malformed from None


def problem_answer(members: Mapping[str, Any]) -> Response:
    """An answer of `application/problem+json` with the status that its members tell."""
    answer = jsonify(members)
    answer.status_code = members["status"]
    answer.mimetype = "application/problem+json"
    return answer


def answer_problem(problem: Problem) -> Response:
    """The error handler for problems of ours."""
    return problem_answer(problem.as_json())
