using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hashee.Generators;

/// <summary>Reads one method with <c>[Tool]</c>.</summary>
internal sealed class ToolReader(IMethodSymbol method, AttributeData attribute, Location location)
{
    private const string Arguments = "global::Hashee.Agents.ToolArguments";
    private const int LongestName = 64;

    private static readonly SymbolDisplayFormat WithNullability = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly ToolPlace _place = ToolPlace.Of(location);
    private readonly List<ToolProblem> _problems = [];
    private readonly StringBuilder _functions = new();
    private readonly List<string> _types = [];
    private string? _context;
    private int _count;

    public ToolMethod Read()
    {
        INamedTypeSymbol type = method.ContainingType;
        string name = NameOf();
        CheckMethod(type, name);
        ReadContext();
        string body = _problems.Count == 0 ? WriteBody(name) : "";
        return new ToolMethod(
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(),
            ClassOf(type),
            type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            IsPublic(type),
            name,
            body,
            method.IsStatic,
            _place,
            new EquatableList<ToolProblem>(_problems));
    }

    /// <summary><c>Shop</c> has <c>ShopTools</c>, and <c>ShopTools</c> has <c>ShopToolFunctions</c>.</summary>
    private static string ClassOf(INamedTypeSymbol type)
    {
        string name = type.Name;
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            name = $"{outer.Name}_{name}";
        }

        return name.EndsWith("Tools", System.StringComparison.Ordinal) ? name.Substring(0, name.Length - 1) + "Functions" : name + "Tools";
    }

    private static bool IsPublic(INamedTypeSymbol? type) =>
        type is null || (type.DeclaredAccessibility == Accessibility.Public && IsPublic(type.ContainingType));

    private string NameOf()
    {
        if (attribute.ConstructorArguments is { Length: 1 } arguments && arguments[0].Value is string given)
        {
            return given;
        }

        const string suffix = "Async";
        string name = method.Name;
        return name.Length > suffix.Length && name.EndsWith(suffix, System.StringComparison.Ordinal) ? name.Substring(0, name.Length - suffix.Length) : name;
    }

    private void CheckMethod(INamedTypeSymbol type, string name)
    {
        bool isHidden = method.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal);
        bool isGeneric = method.IsGenericMethod;
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
        {
            isHidden |= outer.IsFileLocal
                || outer.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal);
            isGeneric |= outer.IsGenericType;
        }

        if (isGeneric)
        {
            _problems.Add(ToolProblem.Generic(method.Name, _place));
        }

        if (isHidden)
        {
            _problems.Add(ToolProblem.Hidden(method.Name, _place));
        }

        if (name.Length is 0 or > LongestName || !name.All(static c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-'))
        {
            _problems.Add(ToolProblem.BadName(method.Name, name, _place));
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None || parameter.Type.IsRefLikeType || parameter.Type.TypeKind == TypeKind.Pointer)
            {
                _problems.Add(ToolProblem.ByReference(method.Name, parameter.Name, _place));
            }
        }

        if (method.RefKind != RefKind.None)
        {
            _problems.Add(ToolProblem.Unwritable(method.Name, "ref " + method.ReturnType.ToDisplayString(), _place));
        }
    }

    private void ReadContext()
    {
        if (attribute.NamedArguments.FirstOrDefault(static argument => argument.Key == "Json").Value.Value is not ITypeSymbol context)
        {
            return;
        }

        for (ITypeSymbol? type = context; type is not null; type = type.BaseType)
        {
            if (Is(type, "System.Text.Json.Serialization.JsonSerializerContext"))
            {
                _context = context.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
                return;
            }
        }

        _problems.Add(ToolProblem.NoContext(method.Name, context.ToDisplayString(), _place));
    }

    private string WriteBody(string name)
    {
        StringBuilder properties = new();
        List<string> required = [];
        List<string> given = [];
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (GivenTo(parameter.Type) is { } value)
            {
                given.Add(value);
                continue;
            }

            properties.Append(properties.Length == 0 ? "" : ",").Append(Json(parameter.Name)).Append(':');
            given.Add(Read(parameter, properties));
            if (!parameter.HasExplicitDefaultValue)
            {
                required.Add(Json(parameter.Name));
            }
        }

        string end = required.Count == 0 ? "" : $",\"required\":[{string.Join(",", required)}]";
        string schema = $"{{\"type\":\"object\",\"properties\":{{{properties}}}{end}}}";
        string call = method.IsStatic
            ? $"{method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.@{method.Name}({string.Join(", ", given)})"
            : $"target.@{method.Name}({string.Join(", ", given)})";
        StringBuilder text = new();
        text.AppendLine("        private global::System.Text.Json.JsonElement? _schema;").AppendLine();
        text.Append("        public override string Name => ").Append(Literal(name)).AppendLine(";").AppendLine();
        text.Append("        public override string Description => ").Append(Literal(DescriptionOf(method) ?? "")).AppendLine(";").AppendLine();
        text.Append("        public override global::System.Text.Json.JsonElement JsonSchema => _schema ??= ").Append(Arguments).Append(".Schema(")
            .Append(string.Join(", ", new[] { Literal(schema) }.Concat(_types))).AppendLine(");").AppendLine();
        WriteCall(text, call);
        return text.Append(_functions).ToString();
    }

    /// <summary>What is not the model's to fill.</summary>
    private static string? GivenTo(ITypeSymbol type) =>
        Is(type, "System.Threading.CancellationToken") ? "cancellationToken"
        : Is(type, "Hashee.Agents.Message") ? $"{Arguments}.MessageOf(arguments)"
        : Is(type, "Hashee.Agents.Conversation") ? $"{Arguments}.MessageOf(arguments).Conversation"
        : Is(type, "Hashee.Agents.AgentLog") ? $"{Arguments}.MessageOf(arguments).Log"
        : null;

    private string Read(IParameterSymbol parameter, StringBuilder properties)
    {
        (ITypeSymbol type, bool isNullable) = Unwrap(parameter.Type);
        string name = Literal(parameter.Name);
        string value = $"value{++_count}";
        string? description = DescriptionOf(parameter);
        string? schema = null;
        string? read = ReaderOf(type, value, name, out schema) ?? FromContext(parameter, type, value, name, description);
        if (read is null)
        {
            _problems.Add(ToolProblem.Unreadable(method.Name, parameter.Name, type.ToDisplayString(), _place));
            return "default";
        }

        properties.Append(schema is null ? "null" : SchemaOf(schema, isNullable, description, parameter, type));
        string full = parameter.Type.ToDisplayString(WithNullability);
        string orNull = isNullable ? $"{value}.ValueKind == global::System.Text.Json.JsonValueKind.Null ? default({full}) : ({full})({read})" : read;
        return parameter.HasExplicitDefaultValue
            ? $"{Arguments}.TryGet(arguments, {name}, out var {value}) ? ({orNull}) : {DefaultOf(parameter, type, full)}"
            : $"{Arguments}.Require(arguments, {name}) is var {value} ? ({orNull}) : default!";
    }

    /// <returns>An expression that reads a value of this type; null when only a context knows how.</returns>
    private string? ReaderOf(ITypeSymbol type, string value, string name, out string? schema)
    {
        (string? read, schema) = type.SpecialType switch
        {
            SpecialType.System_String => ($"{Arguments}.Text({value}, {name})", "\"type\":\"string\""),
            SpecialType.System_Char => ($"{Arguments}.Character({value}, {name})", "\"type\":\"string\",\"minLength\":1,\"maxLength\":1"),
            SpecialType.System_Boolean => ($"{Arguments}.Truth({value}, {name})", "\"type\":\"boolean\""),
            SpecialType.System_SByte or SpecialType.System_Byte or SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Int32
                or SpecialType.System_UInt32 or SpecialType.System_Int64 => (Whole(type, value, name), "\"type\":\"integer\""),
            SpecialType.System_UInt64 => ($"{Arguments}.UnsignedWhole({value}, {name})", "\"type\":\"integer\""),
            SpecialType.System_Single => ($"(float){Arguments}.Number({value}, {name})", "\"type\":\"number\""),
            SpecialType.System_Double => ($"{Arguments}.Number({value}, {name})", "\"type\":\"number\""),
            SpecialType.System_Decimal => ($"{Arguments}.Exact({value}, {name})", "\"type\":\"number\""),
            _ => default((string?, string?)),
        };
        if (read is not null)
        {
            return read;
        }

        if (Is(type, "System.DateTimeOffset"))
        {
            schema = "\"type\":\"string\",\"format\":\"date-time\"";
            return $"{Arguments}.Moment({value}, {name})";
        }

        if (Is(type, "System.Guid"))
        {
            schema = "\"type\":\"string\",\"format\":\"uuid\"";
            return $"{Arguments}.Uuid({value}, {name})";
        }

        if (Is(type, "System.Uri"))
        {
            schema = "\"type\":\"string\",\"format\":\"uri\"";
            return $"{Arguments}.Address({value}, {name})";
        }

        if (Is(type, "System.Text.Json.JsonElement"))
        {
            schema = "";
            return $"{Arguments}.Any({value}, {name})";
        }

        return type.TypeKind == TypeKind.Enum ? EnumReader((INamedTypeSymbol)type, value, name, out schema) : ListReader(type, value, name, out schema);
    }

    private static string Whole(ITypeSymbol type, string value, string name)
    {
        string keyword = type.ToDisplayString();
        return $"({keyword}){Arguments}.Whole({value}, {name}, {keyword}.MinValue, {keyword}.MaxValue)";
    }

    private string EnumReader(INamedTypeSymbol type, string value, string name, out string schema)
    {
        string[] names = [.. type.GetMembers().OfType<IFieldSymbol>().Where(static field => field.HasConstantValue).Select(static field => field.Name)];
        string full = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        string function = $"ReadEnum{++_count}";
        _functions.AppendLine().Append("        private static ").Append(full).Append(' ').Append(function)
            .AppendLine("(global::System.Text.Json.JsonElement value, string name) =>");
        _functions.Append("            ").Append(Arguments).AppendLine(".Text(value, name) switch").AppendLine("            {");
        foreach (string member in names)
        {
            _functions.Append("                ").Append(Literal(member)).Append(" => ").Append(full).Append(".@").Append(member).AppendLine(",");
        }

        string all = Literal(string.Join(", ", names));
        _functions.Append("                _ => throw ").Append(Arguments).Append(".WrongName(name, ").Append(all).AppendLine("),")
            .AppendLine("            };");
        schema = $"\"type\":\"string\",\"enum\":[{string.Join(",", names.Select(Json))}]";
        return $"{function}({value}, {name})";
    }

    private string? ListReader(ITypeSymbol type, string value, string name, out string? schema)
    {
        schema = null;
        (ITypeSymbol? element, bool isList) = type switch
        {
            IArrayTypeSymbol { Rank: 1 } array => (array.ElementType, false),
            INamedTypeSymbol { TypeArguments.Length: 1 } named => named.ConstructedFrom.ToDisplayString() switch
            {
                "System.Collections.Generic.IEnumerable<T>" or "System.Collections.Generic.IReadOnlyList<T>"
                    or "System.Collections.Generic.IReadOnlyCollection<T>" or "System.Collections.Generic.IReadOnlyList<out T>"
                    or "System.Collections.Generic.IReadOnlyCollection<out T>" or "System.Collections.Generic.IEnumerable<out T>"
                    => (named.TypeArguments[0], false),
                "System.Collections.Generic.List<T>" or "System.Collections.Generic.IList<T>" or "System.Collections.Generic.ICollection<T>"
                    => (named.TypeArguments[0], true),
                _ => (null, false),
            },
            _ => default((ITypeSymbol?, bool)),
        };
        if (element is null)
        {
            return null;
        }

        (ITypeSymbol inner, bool isNullable) = Unwrap(element);
        if (ReaderOf(inner, "value", "name", out string? innerSchema) is not { } read)
        {
            return null;
        }

        string full = element.ToDisplayString(WithNullability);
        string orNull = isNullable ? $"value.ValueKind == global::System.Text.Json.JsonValueKind.Null ? default({full}) : ({full})({read})" : read;
        schema = $"\"type\":\"array\",\"items\":{{{(isNullable ? Nullable(innerSchema!) : innerSchema)}}}";
        string list = $"{Arguments}.List<{full}>({value}, {name}, static (value, name) => {orNull})";
        return isList ? $"new global::System.Collections.Generic.List<{full}>({list})" : list;
    }

    private string? FromContext(IParameterSymbol parameter, ITypeSymbol type, string value, string name, string? description)
    {
        if (_context is null)
        {
            return null;
        }

        string full = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        _types.Add($"({Literal(parameter.Name)}, {TypeInfo(full)}, {(description is null ? "null" : Literal(description))})");
        return $"{Arguments}.Json<{full}>({value}, {name}, {TypeInfo(full)})";
    }

    private string TypeInfo(string full)
    {
        string error = Literal($"{_context} does not name {full}.");
        return $"({_context}.Default.GetTypeInfo(typeof({full})) ?? throw new global::System.InvalidOperationException({error}))";
    }

    private void WriteCall(StringBuilder text, string call)
    {
        const string signature = "protected override {0}global::System.Threading.Tasks.ValueTask<object?> InvokeCoreAsync("
            + "global::Microsoft.Extensions.AI.AIFunctionArguments arguments, global::System.Threading.CancellationToken cancellationToken)";
        (ITypeSymbol? result, bool isAwaited) = ResultOf();
        string awaited = isAwaited ? $"await {call}.ConfigureAwait(false)" : call;
        text.Append("        ").AppendLine(string.Format(CultureInfo.InvariantCulture, signature, isAwaited ? "async " : "")).AppendLine("        {");
        if (result is null)
        {
            text.Append("            ").Append(awaited).AppendLine(";");
            text.Append("            ").AppendLine(isAwaited ? "return null;" : "return new global::System.Threading.Tasks.ValueTask<object?>((object?)null);");
        }
        else
        {
            text.Append("            var result = ").Append(awaited).AppendLine(";");
            string value = Write(result);
            text.Append("            return ").Append(isAwaited ? value : $"new global::System.Threading.Tasks.ValueTask<object?>({value})").AppendLine(";");
        }

        text.AppendLine("        }");
    }

    /// <summary>The type of what the method comes to, and whether that has to be waited for; null when there is none.</summary>
    private (ITypeSymbol? Type, bool IsAwaited) ResultOf()
    {
        ITypeSymbol type = method.ReturnType;
        string definition = type.OriginalDefinition.ToDisplayString();
        return method.ReturnsVoid ? (null, false)
            : definition is "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask" ? (null, true)
            : definition is "System.Threading.Tasks.Task<TResult>" or "System.Threading.Tasks.ValueTask<TResult>"
                ? (((INamedTypeSymbol)type).TypeArguments[0], true)
            : (type, false);
    }

    private string Write(ITypeSymbol result)
    {
        (ITypeSymbol type, bool isNullable) = Unwrap(result);
        bool isPlain = type.SpecialType is SpecialType.System_String or SpecialType.System_Boolean
            or (>= SpecialType.System_SByte and <= SpecialType.System_Double)
            || Is(type, "System.DateTimeOffset") || Is(type, "System.DateTime") || Is(type, "System.Guid") || Is(type, "System.Text.Json.JsonElement")
            || Is(type, "Microsoft.Extensions.AI.TextContent");
        if (isPlain)
        {
            return "(object?)result";
        }

        if (type.TypeKind == TypeKind.Enum || type.SpecialType == SpecialType.System_Char || Is(type, "System.Uri"))
        {
            return isNullable || type.IsReferenceType ? "(object?)result?.ToString()" : "(object?)result.ToString()";
        }

        if (_context is null || type.SpecialType == SpecialType.System_Object)
        {
            _problems.Add(ToolProblem.Unwritable(method.Name, type.ToDisplayString(), _place));
            return "null";
        }

        string full = result.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return $"(object?){Arguments}.ToJson<{full}>(result, {TypeInfo(full)})";
    }

    private static string SchemaOf(string schema, bool isNullable, string? description, IParameterSymbol parameter, ITypeSymbol type)
    {
        List<string> members = [];
        if (description is not null)
        {
            members.Add($"\"description\":{Json(description)}");
        }

        if (schema.Length > 0)
        {
            members.Add(isNullable ? Nullable(schema) : schema);
        }

        if (parameter.HasExplicitDefaultValue && DefaultJson(parameter.ExplicitDefaultValue, type, isNullable) is { } value)
        {
            members.Add($"\"default\":{value}");
        }

        // JSON Schema's word for anything.
        return members.Count == 0 ? "true" : $"{{{string.Join(",", members)}}}";
    }

    private static string Nullable(string schema)
    {
        const string type = "\"type\":\"";
        int end = schema.StartsWith(type, System.StringComparison.Ordinal) ? schema.IndexOf('"', type.Length) : -1;
        string nullable = end < 0 ? schema : $"\"type\":[\"{schema.Substring(type.Length, end - type.Length)}\",\"null\"]{schema.Substring(end + 1)}";
        const string values = "\"enum\":[";
        if (!nullable.Contains(values))
        {
            return nullable;
        }

        bool isEmpty = nullable.EndsWith("[]", System.StringComparison.Ordinal);
        return nullable.Substring(0, nullable.Length - 1) + (isEmpty ? "null]" : ",null]");
    }

    private static string? DefaultJson(object? value, ITypeSymbol type, bool isNullable) => value switch
    {
        null => isNullable ? "null" : null,
        _ when type.TypeKind == TypeKind.Enum => type.GetMembers().OfType<IFieldSymbol>()
            .FirstOrDefault(field => field.HasConstantValue && Equals(field.ConstantValue, value)) is { } field ? Json(field.Name) : null,
        string text => Json(text),
        char character => Json(character.ToString()),
        bool truth => truth ? "true" : "false",
        float number => float.IsNaN(number) || float.IsInfinity(number) ? null : number.ToString("R", CultureInfo.InvariantCulture),
        double number => double.IsNaN(number) || double.IsInfinity(number) ? null : number.ToString("R", CultureInfo.InvariantCulture),
        System.IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string DefaultOf(IParameterSymbol parameter, ITypeSymbol type, string full) => parameter.ExplicitDefaultValue switch
    {
        null => $"default({full})!",
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "m",
        double number => Floating(number, "double"),
        float number => Floating(number, "float"),
        object value when type.TypeKind == TypeKind.Enum => $"({type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})({Primitive(value)})",
        object value => $"({full})({Primitive(value)})",
    };

    private static string Primitive(object value) => SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false);

    private static string Floating(double value, string keyword) =>
        double.IsNaN(value) ? $"{keyword}.NaN"
        : double.IsPositiveInfinity(value) ? $"{keyword}.PositiveInfinity"
        : double.IsNegativeInfinity(value) ? $"{keyword}.NegativeInfinity"
        : $"({keyword}){value.ToString("R", CultureInfo.InvariantCulture)}";

    private static (ITypeSymbol Type, bool IsNullable) Unwrap(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? (nullable.TypeArguments[0], true)
        : type.IsReferenceType && type.NullableAnnotation == NullableAnnotation.Annotated ? (type.WithNullableAnnotation(NullableAnnotation.NotAnnotated), true)
        : (type, false);

    private static bool Is(ITypeSymbol type, string name) => type.OriginalDefinition.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat) is var full
        && (full == name || full == name + "?");

    private static string? DescriptionOf(ISymbol symbol) => symbol.GetAttributes()
        .FirstOrDefault(static data => data.AttributeClass is { } type && Is(type, "System.ComponentModel.DescriptionAttribute"))
        ?.ConstructorArguments.FirstOrDefault().Value as string;

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private static string Json(string text)
    {
        StringBuilder json = new("\"");
        foreach (char c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    json.Append('\\').Append(c);
                    break;
                case < ' ' or '\u007F' or (>= '\uD800' and <= '\uDFFF'):
                    json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    json.Append(c);
                    break;
            }
        }

        return json.Append('"').ToString();
    }
}
