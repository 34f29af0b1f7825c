using System.Globalization;
using Hashee.Agents.Models;
using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>
/// An agent that is a model with tools: the model is asked, the tools that it calls are run at the same time, their results go back to it, until it answers.
/// It remembers what the session store keeps, and goes on in another invocation where the time of one is over and a store keeps the turn.
/// </summary>
public sealed class ModelAgent : IAgent
{
    private const int LongestName = 64;

    private readonly IChatClient _model;
    private readonly string _modelName;
    private readonly ModelAgentOptions _options;
    private readonly Dictionary<string, AIFunction> _tools = new(StringComparer.Ordinal);

    /// <summary>Makes one of any model.</summary>
    /// <param name="model">The model. It is asked for streamed answers, on any thread, for several conversations at the same time.</param>
    /// <param name="options">How it is asked; null for the defaults.</param>
    /// <param name="tools">Tools, whose results are texts, <c>JsonElement</c>s or plain values: nothing is written by reflection.</param>
    /// <exception cref="ArgumentException">Two tools have the same name, or one has a name that no provider takes.</exception>
    public ModelAgent(IChatClient model, ModelAgentOptions? options = null, params IEnumerable<AIFunction> tools)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tools);
        _model = model;
        _options = options ?? new ModelAgentOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxIterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.HistoryTurns);
        _modelName = NameOf(model);
        foreach (AIFunction tool in tools)
        {
            if (tool.Name.Length is 0 or > LongestName || !tool.Name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            {
                throw new ArgumentException($"The name of the tool {tool.Name} must be 1-{LongestName} letters, digits, _ and -.", nameof(tools));
            }

            if (!_tools.TryAdd(tool.Name, tool))
            {
                throw new ArgumentException($"Two tools are called {tool.Name}.", nameof(tools));
            }
        }
    }

    /// <summary>Shows when four seconds are over.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether there is somebody to connect to.</summary>
    internal bool IsRemote => _model is ModelClient and not EchoModel;

    private bool IsEcho => _model is EchoModel;

    /// <summary>
    /// Makes the one that the function's variables describe: HASHEE_MODEL, HASHEE_SYSTEM_PROMPT, HASHEE_MAX_ITERATIONS, HASHEE_MAX_TOKENS,
    /// HASHEE_TEMPERATURE, HASHEE_HISTORY_TURNS, HASHEE_TOOLS and what the model's provider needs.
    /// </summary>
    /// <param name="settings">Collects what is missing or malformed.</param>
    /// <param name="tools">Tools besides the built-in ones.</param>
    /// <exception cref="ArgumentException">Two tools have the same name, or one has a name that no provider takes.</exception>
    public static ModelAgent Create(Configuration settings, params IEnumerable<AIFunction> tools)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ModelAgentOptions defaults = new();
        ModelAgentOptions options = new()
        {
            SystemPrompt = settings.Text("HASHEE_SYSTEM_PROMPT", defaults.SystemPrompt),
            MaxIterations = settings.WholeNumber("HASHEE_MAX_ITERATIONS", defaults.MaxIterations, 1, 50),
            MaxTokens = settings.WholeNumber("HASHEE_MAX_TOKENS", defaults.MaxTokens, 1, 1_000_000),
            Temperature = ReadTemperature(settings),
            HistoryTurns = settings.WholeNumber("HASHEE_HISTORY_TURNS", defaults.HistoryTurns, 0, 200),
        };
        return new ModelAgent(ModelClients.Create(settings), options, [.. BuiltInTools.Read(settings), .. tools]);
    }

    /// <inheritdoc/>
    public async ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        Conversation conversation = message.Conversation;
        await using Typing typing = Typing.Begin(conversation, Clock, cancellationToken);
        bool isContinued = conversation.Messages.Count > 0;
        if (!isContinued)
        {
            // An echo of an attachment would be one of our own words.
            if (await UserMessage.OfAsync(message, withAttachments: !IsEcho, cancellationToken) is not { } user)
            {
                return null;
            }

            conversation.Messages.Add(user);
        }

        DebugFile debug = new(conversation.Files, message.Id);
        using ModelTurn turn = new(_model, _modelName, _options, _tools, message, isContinued, debug, cancellationToken);
        try
        {
            return await turn.RunAsync();
        }
        finally
        {
            await debug.SaveAsync(message.Log, cancellationToken);
        }
    }

    /// <summary>Opens the connection to the model ahead of the first message, on this thread. A failure is logged and changes nothing.</summary>
    /// <param name="limit">The time it may take.</param>
    public void Connect(TimeSpan limit) => (_model as ModelClient)?.Connect(limit);

    private static string NameOf(IChatClient model)
    {
        if (model is ModelClient { Name: var name })
        {
            return name;
        }

        return model.GetService(typeof(ChatClientMetadata)) is ChatClientMetadata { ProviderName: { } provider } metadata
            ? metadata.DefaultModelId is { } id ? $"{provider}:{id}" : provider
            : model.GetType().Name;
    }

    private static float? ReadTemperature(Configuration settings)
    {
        const string variable = "HASHEE_TEMPERATURE";
        if (Configuration.Optional(variable) is not { } text)
        {
            return null;
        }

        if (!float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out float temperature) || !(temperature is >= 0 and <= 2))
        {
            settings.Malformed(variable, "must be a number, 0 to 2");
            return null;
        }

        return temperature;
    }
}
