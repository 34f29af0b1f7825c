namespace Hashee.Agents;

/// <summary>
/// Makes a tool of a method that a model may call: the compiler writes an <c>AIFunction</c> with its schema, without reflection. For a class <c>Shop</c>
/// they are in <c>ShopTools.Create(shop)</c>, for <c>ShopTools</c> in <c>ShopToolFunctions</c>. Descriptions are those of
/// <see cref="System.ComponentModel.DescriptionAttribute"/> at the method and its parameters.
/// </summary>
/// <remarks>
/// Parameters: texts, booleans, numbers, enums, <see cref="DateTimeOffset"/>, <see cref="Guid"/>, <see cref="Uri"/>, arrays and lists of these, and with
/// <see cref="Json"/> whatever that context names. A <see cref="CancellationToken"/>, a <see cref="Message"/>, a <see cref="Conversation"/> and an
/// <see cref="AgentLog"/> are given, and not the model's to fill.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolAttribute : Attribute
{
    /// <summary>The method's name, less <c>Async</c>, is the tool's.</summary>
    public ToolAttribute()
    {
    }

    /// <summary>A name of its own: 1-64 letters, digits, <c>_</c> and <c>-</c>.</summary>
    /// <param name="name">The name that the model sees.</param>
    public ToolAttribute(string name) => Name = name;

    /// <summary>The name that the model sees; null for the method's.</summary>
    public string? Name { get; }

    /// <summary>
    /// A <see cref="System.Text.Json.Serialization.JsonSerializerContext"/> that knows the types of parameters and result which are none of the simple
    /// ones.
    /// </summary>
    public Type? Json { get; set; }
}
