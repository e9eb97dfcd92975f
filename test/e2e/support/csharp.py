"""Holds the .NET SDK and the examples in C# against the language's grammar, and the examples' names against the SDK's.

No compiler of C# comes from a registry that the tests use. Arguments: the SDK's folder, and a file with the examples as JSON.
Prints each problem, and how much was looked at.
"""
import json
import pathlib
import sys

import tree_sitter
import tree_sitter_c_sharp

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c_sharp.language()))
problems = []


def walk(node):
    yield node
    for child in node.children:
        yield from walk(child)


def text(node):
    return node.text.decode()


def parse(source, where):
    root = parser.parse(source).root_node
    for node in walk(root):
        if node.is_error or node.is_missing:
            problems.append(f"{where}:{node.start_point[0] + 1}: no C#: {text(node)[:60]}")
            break
    return root


def members(node):
    """The names that a class or a struct declares."""
    return {
        text(child.child_by_field_name("name"))
        for child in node.child_by_field_name("body").children
        if child.type in ("property_declaration", "method_declaration")
    }


sdk, examples = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text())
classes = {}
files = sorted(sdk.rglob("*.cs"))
for file in files:
    for node in walk(parse(file.read_bytes(), file.relative_to(sdk))):
        if node.type in ("class_declaration", "struct_declaration"):
            classes[text(node.child_by_field_name("name"))] = members(node)


def check_initializer(owner, initializer, kind):
    for assignment in initializer.named_children:
        name = text(assignment.child_by_field_name("left"))
        if name not in classes.get(owner, ()):
            problems.append(f"{kind}: {owner} has no {name}")


for example in examples:
    kind = example["kind"]
    variables = {}
    for node in walk(parse(example["text"].encode(), kind)):
        if node.type == "object_creation_expression":
            made = text(node.child_by_field_name("type")).split(".")
            if made[0] != "BitbucketCloud":
                continue
            if made[-1] not in classes:
                problems.append(f"{kind}: there is no class {made[-1]}")
            initializer = node.child_by_field_name("initializer")
            if initializer is not None:
                check_initializer(made[-1], initializer, kind)
            if node.parent.type == "variable_declarator":
                variables[text(node.parent.child_by_field_name("name"))] = made[-1]
            for inner in node.child_by_field_name("arguments").named_children if node.child_by_field_name("arguments") else ():
                made_args = inner.named_children[0]
                if made_args.type == "implicit_object_creation_expression":
                    check_initializer(f"{made[-1]}Args", made_args.named_children[-1], kind)
        elif node.type == "member_access_expression" and node.parent.type != "member_access_expression":
            path = text(node).split(".")
            if path[0] == "BitbucketCloud" and path[-1] not in classes.get(path[-2], ()):
                problems.append(f"{kind}: {path[-2]} has no {path[-1]}")
            # A resource has its id from its base class.
            if path[0] in variables and path[1] not in classes[variables[path[0]]] | {"Id"}:
                problems.append(f"{kind}: {variables[path[0]]} has no {path[1]}")

print("\n".join([*problems, f"{len(files)} files, {len(examples)} examples"]))
