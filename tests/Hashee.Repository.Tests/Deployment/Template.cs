using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hashee.Repository.Tests.Deployment;

/// <summary>template.yaml, read without expanding anything: <c>!Ref X</c> is the text "!Ref X".</summary>
internal sealed class Template
{
    private readonly YamlNode _root;

    private Template(YamlNode root)
    {
        _root = root;
    }

    public static Template Read()
    {
        YamlStream stream = [];
        using StringReader reader = new(Repository.Read("template.yaml"));
        stream.Load(reader);
        return new Template(stream.Documents.Single().RootNode);
    }

    public YamlMappingNode Root => (YamlMappingNode)_root;

    /// <summary>
    /// The value at a path such as <c>Resources/JobsQueue/Properties/VisibilityTimeout</c>, in one line of YAML; null when there is none.
    /// </summary>
    public string? this[string path] => Find(path) is { } node ? Write(node) : null;

    /// <summary>The keys of the mapping at a path, sorted.</summary>
    public IReadOnlyList<string> Keys(string path) => [.. Mapping(path).Select(static entry => entry.Key).Order(StringComparer.Ordinal)];

    public int Number(string path) => int.Parse(this[path] ?? throw Missing(path), CultureInfo.InvariantCulture);

    /// <summary>The logical ids of the resources of one type, sorted.</summary>
    public IReadOnlyList<string> ResourcesOf(string type) => [.. Keys("Resources").Where(id => this[$"Resources/{id}/Type"] == type)];

    /// <summary>A property of a function, or what Globals says for all functions.</summary>
    public string? Function(string id, string property) => this[$"Resources/{id}/Properties/{property}"] ?? this[$"Globals/Function/{property}"];

    /// <summary>Every statement of every policy in a role, and the condition under which the policy is there.</summary>
    public IEnumerable<Statement> StatementsOf(string role)
    {
        foreach (YamlNode policy in Sequence($"Resources/{role}/Properties/Policies"))
        {
            (string condition, YamlNode body) = policy is YamlSequenceNode { Children: [YamlNode name, YamlNode then, YamlNode otherwise] }
                && policy.Tag == "!If" && Write(otherwise) == "!Ref AWS::NoValue"
                ? (Write(name), then)
                : ("always", policy);
            foreach (YamlNode statement in (YamlSequenceNode)body["PolicyDocument"]["Statement"])
            {
                Assert.Equal("Allow", Write(statement["Effect"]));
                string[] keys = [.. ((YamlMappingNode)statement).Children.Keys.Select(Write).Order(StringComparer.Ordinal)];
                Assert.Equal(["Action", "Effect", "Resource"], keys.Except(["Condition"]));
                string only = keys.Contains("Condition") ? Write(statement["Condition"]) : "";
                foreach (YamlNode action in Each(statement["Action"]))
                {
                    foreach (YamlNode resource in Each(statement["Resource"]))
                    {
                        yield return new Statement(condition, Write(action), Write(resource), only);
                    }
                }
            }
        }
    }

    /// <summary>Every key and every scalar of the whole document.</summary>
    public IEnumerable<string> AllTexts() => _root.AllNodes.OfType<YamlScalarNode>().Select(Write);

    private IEnumerable<KeyValuePair<string, YamlNode>> Mapping(string path) =>
        (Find(path) as YamlMappingNode ?? throw Missing(path)).Select(static entry => KeyValuePair.Create(Write(entry.Key), entry.Value));

    private YamlSequenceNode Sequence(string path) => Find(path) as YamlSequenceNode ?? throw Missing(path);

    private YamlNode? Find(string path)
    {
        YamlNode? node = _root;
        foreach (string key in path.Split('/'))
        {
            node = node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? child : null;
        }

        return node;
    }

    private static InvalidOperationException Missing(string path) => new($"template.yaml has no {path} of the expected kind.");

    private static YamlSequenceNode Each(YamlNode node) => node is YamlSequenceNode sequence && TagOf(node) == "" ? sequence : [node];

    private static string Write(YamlNode node) => TagOf(node) + node switch
    {
        YamlScalarNode scalar => scalar.Value,
        YamlSequenceNode sequence => $"[{string.Join(", ", sequence.Select(Write))}]",
        YamlMappingNode mapping => $"{{{string.Join(", ", mapping.Select(static entry => $"{Write(entry.Key)}: {Write(entry.Value)}"))}}}",
        _ => throw new InvalidOperationException($"template.yaml has a {node.NodeType}."),
    };

    private static string TagOf(YamlNode node)
    {
        TagName tag = node.Tag;
        return tag.IsEmpty || tag.IsNonSpecific ? "" : tag.Value + " ";
    }
}
