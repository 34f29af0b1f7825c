using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Hashee.Repository.Tests.Deployment;

/// <summary>
/// What CloudFormation is given to make: template.yaml as SAM's transform translates it (AWS SAM developer guide, "Generated AWS
/// CloudFormation resources"), with a stack's parameters put in, conditions decided and intrinsic functions evaluated, as far as they do
/// not need what is made. It knows what this template uses, and nothing else passes.
/// </summary>
internal sealed partial class Translation
{
    /// <summary>Written in place of a property or an item that is not to be there.</summary>
    private static readonly object NoValue = new();

    /// <summary>What a function of SAM and one of Lambda call the same.</summary>
    private static readonly string[] SameInLambda =
    [
        "Architectures", "Description", "Environment", "Handler", "KmsKeyArn", "LoggingConfig", "MemorySize", "ReservedConcurrentExecutions",
        "Role", "Runtime", "Timeout",
    ];

    /// <summary>What an SQS event of SAM and an event source mapping call the same.</summary>
    private static readonly string[] SameInMapping = ["BatchSize", "FunctionResponseTypes", "ScalingConfig"];

    private readonly YamlMappingNode _template;
    private readonly Dictionary<string, string> _values;

    /// <param name="template">The template.</param>
    /// <param name="parameters">The stack's parameters; all others have their defaults.</param>
    public Translation(YamlMappingNode template, IReadOnlyDictionary<string, string> parameters)
    {
        _template = template;
        _values = new(StringComparer.Ordinal)
        {
            ["AWS::AccountId"] = "(AccountId)",
            ["AWS::Partition"] = "(Partition)",
            ["AWS::Region"] = "(Region)",
            ["AWS::StackName"] = "hashee",
        };
        foreach ((YamlNode name, YamlNode parameter) in Section("Parameters"))
        {
            _values[Text(name)] = parameters.TryGetValue(Text(name), out string? value) ? value
                : Member(parameter, "Default") is { } standard ? Text(standard)
                : throw new InvalidOperationException($"The parameter {name} has no default and was not given.");
        }

        Assert.All(parameters.Keys, name => Assert.True(_values.ContainsKey(name), $"There is no parameter {name}."));
    }

    /// <summary>The names of the conditions.</summary>
    public IEnumerable<string> Conditions => Section("Conditions").Select(static condition => Text(condition.Key));

    /// <summary>Whether a condition holds with these parameters.</summary>
    public bool Holds(string condition) => (bool)Evaluate(Member(Section("Conditions"), condition)!);

    /// <summary>Resources and outputs in YAML, everything sorted by name.</summary>
    public string Write()
    {
        SortedDictionary<string, object> resources = Names();
        foreach ((string id, object resource) in WhereHolds(Section("Resources")))
        {
            Add(resources, id, (SortedDictionary<string, object>)resource);
        }

        StringBuilder text = new();
        Write(text, "", Names(("Outputs", WhereHolds(Section("Outputs"))), ("Resources", resources)));
        return text.ToString();
    }

    /// <summary>What has no condition, or one that holds.</summary>
    private SortedDictionary<string, object> WhereHolds(YamlMappingNode section)
    {
        SortedDictionary<string, object> there = Names();
        foreach ((YamlNode name, YamlNode node) in section)
        {
            SortedDictionary<string, object> value = (SortedDictionary<string, object>)Evaluate(node);
            if (!value.Remove("Condition", out object? condition) || Holds((string)condition))
            {
                there.Add(Text(name), value);
            }
        }

        return there;
    }

    /// <summary>A resource, and what SAM makes beside it.</summary>
    private void Add(SortedDictionary<string, object> resources, string id, SortedDictionary<string, object> resource)
    {
        string type = (string)resource["Type"];
        if (type != "AWS::Serverless::Function")
        {
            Assert.False(type.StartsWith("AWS::Serverless::", StringComparison.Ordinal), $"This translation does not know {type}.");
            resources.Add(id, resource);
            return;
        }

        // Without a role SAM would make one.
        SortedDictionary<string, object> properties = (SortedDictionary<string, object>)Evaluate(Member(Section("Globals"), "Function")!);
        foreach ((string name, object value) in (SortedDictionary<string, object>)resource["Properties"])
        {
            // SAM would merge mappings and join lists.
            Assert.True(
                properties.GetValueOrDefault(name) is null or string or Reference,
                $"This translation does not merge {name} with what Globals says.");
            properties[name] = value;
        }

        Assert.Contains("Role", properties.Keys);
        SortedDictionary<string, object> function = Names(("Tags", new List<object> { Names(("Key", "lambda:createdBy"), ("Value", "SAM")) }));
        foreach ((string name, object value) in properties)
        {
            switch (name)
            {
                case "CodeUri":
                    function.Add("Code", Names(("S3Bucket", "(of sam deploy)"), ("S3Key", $"({value}, as sam deploy names it)")));
                    break;
                case "Tracing":
                    function.Add("TracingConfig", Names(("Mode", value)));
                    break;
                case "Events":
                    foreach ((string eventId, object source) in (SortedDictionary<string, object>)value)
                    {
                        resources.Add(id + eventId, Mapping(id, (SortedDictionary<string, object>)source));
                    }

                    break;
                default:
                    Assert.Contains(name, SameInLambda);
                    function.Add(name, value);
                    break;
            }
        }

        resource["Type"] = "AWS::Lambda::Function";
        resource["Properties"] = function;
        resources.Add(id, resource);
    }

    private static SortedDictionary<string, object> Mapping(string function, SortedDictionary<string, object> source)
    {
        Assert.Equal("SQS", source["Type"]);
        SortedDictionary<string, object> properties = Names(("FunctionName", new Reference("!Ref", function)));
        foreach ((string name, object value) in (SortedDictionary<string, object>)source["Properties"])
        {
            Assert.True(name == "Queue" || SameInMapping.Contains(name), $"This translation does not know an SQS event's {name}.");
            properties.Add(name == "Queue" ? "EventSourceArn" : name, value);
        }

        return Names(("Properties", properties), ("Type", "AWS::Lambda::EventSourceMapping"));
    }

    private YamlMappingNode Section(string name) => (YamlMappingNode)_template[name];

    private object Evaluate(YamlNode node) => (node.Tag.IsEmpty || node.Tag.IsNonSpecific ? "" : node.Tag.Value, node) switch
    {
        ("", YamlScalarNode scalar) => Text(scalar),
        ("", YamlSequenceNode items) => items.Select(Evaluate).Where(static item => item != NoValue).ToList(),
        ("", YamlMappingNode members) => Names(
            [.. members.Select(member => (Text(member.Key), Evaluate(member.Value))).Where(static member => member.Item2 != NoValue)]),
        ("!Ref", YamlScalarNode name) when Text(name) == "AWS::NoValue" => NoValue,
        ("!Ref", YamlScalarNode name) => ValueOf(Text(name)) ?? ReferenceTo("!Ref", Text(name)),
        ("!GetAtt", YamlScalarNode name) => ReferenceTo("!GetAtt", Text(name)),
        ("!Sub", YamlScalarNode text) => Variable().Replace(Text(text), variable => _values[variable.Groups[1].Value]),
        ("!If", YamlSequenceNode { Children: [YamlNode condition, YamlNode then, YamlNode otherwise] }) =>
            Evaluate(Holds(Text(condition)) ? then : otherwise),
        ("!Not", YamlSequenceNode { Children: [YamlNode condition] }) => !(bool)Evaluate(condition),
        ("!Equals", YamlSequenceNode { Children: [YamlNode left, YamlNode right] }) => Evaluate(left).Equals(Evaluate(right)),
        ("!Join", YamlSequenceNode { Children: [YamlNode delimiter, YamlNode items] }) =>
            string.Join(Text(delimiter), ((List<object>)Evaluate(items)).Cast<string>()),
        ("!Split", YamlSequenceNode { Children: [YamlNode delimiter, YamlNode text] }) =>
            ((string)Evaluate(text)).Split(Text(delimiter)).ToList<object>(),
        ("!Select", YamlSequenceNode { Children: [YamlNode index, YamlNode items] }) =>
            ((List<object>)Evaluate(items))[int.Parse(Text(index), CultureInfo.InvariantCulture)],
        ("!FindInMap", YamlSequenceNode { Children: [YamlNode map, YamlNode first, YamlNode second] }) =>
            Text(Member(Member(Member(Section("Mappings"), Text(map)), (string)Evaluate(first)), (string)Evaluate(second))!),
        (string tag, _) => throw new InvalidOperationException($"This translation does not know {tag} as it stands in {node.Start}."),
    };

    /// <summary>A parameter's value, a list where it is one; null when there is no such parameter.</summary>
    private object? ValueOf(string name) =>
        !_values.TryGetValue(name, out string? value) ? null
        : Member(Section("Parameters"), name) is { } parameter && Text(Member(parameter, "Type")!) == "CommaDelimitedList"
            ? value.Split(',').ToList<object>()
            : value;

    private Reference ReferenceTo(string function, string name)
    {
        Assert.True(Member(Section("Resources"), name.Split('.')[0]) is not null, $"{function} {name} leads nowhere.");
        return new Reference(function, name);
    }

    private static YamlNode? Member(YamlNode? node, string name) =>
        (node as YamlMappingNode)?.FirstOrDefault(member => Text(member.Key) == name).Value;

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    private static SortedDictionary<string, object> Names(params ReadOnlySpan<(string Name, object Value)> members)
    {
        SortedDictionary<string, object> names = new(StringComparer.Ordinal);
        foreach ((string name, object value) in members)
        {
            names.Add(name, value);
        }

        return names;
    }

    /// <param name="text">Where to.</param>
    /// <param name="indentation">Of every line but the first, which goes on behind what is there.</param>
    /// <param name="value">A mapping, a list or a scalar.</param>
    private static void Write(StringBuilder text, string indentation, object value)
    {
        switch (value)
        {
            case SortedDictionary<string, object> { Count: > 0 } members:
                string before = "";
                foreach ((string name, object member) in members)
                {
                    bool isNested = member is SortedDictionary<string, object> { Count: > 0 } or List<object> { Count: > 0 };
                    text.Append(before).Append(name).Append(isNested ? $":\n{indentation}  " : ": ");
                    Write(text, indentation + "  ", member);
                    before = indentation;
                }

                break;
            case List<object> { Count: > 0 } items:
                for (int i = 0; i < items.Count; i++)
                {
                    text.Append(i == 0 ? "- " : $"{indentation}- ");
                    Write(text, indentation + "  ", items[i]);
                }

                break;
            default:
                text.Append(value switch
                {
                    SortedDictionary<string, object> => "{}",
                    List<object> => "[]",
                    Reference reference => $"{reference.Function} {reference.Name}",
                    string plain when Plain().IsMatch(plain) => plain,
                    _ => $"'{((string)value).Replace("'", "''", StringComparison.Ordinal)}'",
                }).Append('\n');
                break;
        }
    }

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("^[A-Za-z0-9(/][^:#'\n]*(:[^ #'\n]+)*$")]
    private static partial Regex Plain();

    /// <summary>What is known only when the resource has been made.</summary>
    private sealed record Reference(string Function, string Name);
}
