using System;
using Microsoft.CodeAnalysis;

namespace Hashee.Generators;

/// <summary>Why a method cannot be a tool.</summary>
internal sealed record ToolProblem(string Id, string Title, string Message, ToolPlace Place) : IEquatable<ToolProblem>
{
    public static ToolProblem Generic(string method, ToolPlace place) => new(
        "HASHEE101", "A tool is not generic", $"{method} cannot be a tool: it, or the type that it is in, is generic", place);

    public static ToolProblem ByReference(string method, string parameter, ToolPlace place) => new(
        "HASHEE102", "A tool gets values", $"{method} cannot be a tool: its parameter {parameter} is passed by reference", place);

    public static ToolProblem Unreadable(string method, string parameter, string type, ToolPlace place) => new(
        "HASHEE103",
        "A tool's parameters are made of JSON",
        $"{method} cannot be a tool: nothing is known of {type}, the type of its parameter {parameter}; "
        + "name it on a JsonSerializerContext, and that as [Tool(Json = typeof(…))]",
        place);

    public static ToolProblem Unwritable(string method, string type, ToolPlace place) => new(
        "HASHEE104",
        "A tool's result is a text or JSON",
        $"{method} cannot be a tool: nothing is known of {type}, the type of its result; "
        + "name it on a JsonSerializerContext, and that as [Tool(Json = typeof(…))]",
        place);

    public static ToolProblem BadName(string method, string name, ToolPlace place) => new(
        "HASHEE105", "A tool's name is one that every model takes", $"{method} cannot be the tool {name}: a name is 1-64 letters, digits, _ and -", place);

    public static ToolProblem SameName(ToolMethod method, string name) => new(
        "HASHEE106",
        "Tools have names of their own",
        $"two methods of {method.Type.Replace("global::", "")} are the tool {name}: [Tool(\"NAME\")] gives one another name",
        method.Place);

    public static ToolProblem Hidden(string method, ToolPlace place) => new(
        "HASHEE107", "A tool can be called", $"{method} cannot be a tool: it, or the type that it is in, is private, protected or local to a file", place);

    public static ToolProblem NoContext(string method, string type, ToolPlace place) => new(
        "HASHEE108", "A tool's Json is a JsonSerializerContext", $"{method} cannot be a tool: {type} is no JsonSerializerContext", place);

    public Diagnostic ToDiagnostic() => Diagnostic.Create(
        new DiagnosticDescriptor(Id, Title, "{0}", "Hashee.Agents", DiagnosticSeverity.Error, isEnabledByDefault: true), Place.ToLocation(), Message);
}
