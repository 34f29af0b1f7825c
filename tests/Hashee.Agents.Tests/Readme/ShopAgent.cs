using System.Text.Json.Serialization;
using Hashee.Agents;
using Hashee.Host;

public sealed class ShopAgent(Configuration settings) : IAgent
{
    // Named when the function starts, together with all else that is missing.
    private readonly string _owner = settings.Require("SHOP_OWNER_CONVERSATION");
    private readonly int _price = settings.WholeNumber("SHOP_PRICE", 3, 1, 1_000);

    public async ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken)
    {
        Conversation conversation = message.Conversation;
        Basket basket = conversation.GetState(ShopJson.Default.Basket) ?? new Basket([]);
        if (message.Text is not ['b', 'u', 'y', ' ', .. string thing])
            return $"{basket.Things.Count} things, {basket.Things.Count * _price} in all.";

        await conversation.ShowTypingAsync(cancellationToken);
        await conversation.SendAsync("One moment, please.", cancellationToken);
        conversation.SetState(new Basket([.. basket.Things, thing]), ShopJson.Default.Basket);
        await conversation.SendToAsync(_owner, $"Somebody buys {thing}.", cancellationToken);
        message.Log.Info("Sold.", new LogField("price", _price));
        return "It is yours.";
    }

    public ValueTask<string?> ApologizeAsync(Message message, Failure failure, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>("The shop has a problem. Your basket is as it was.");
}

public sealed record Basket(List<string> Things);

[JsonSerializable(typeof(Basket))]
internal sealed partial class ShopJson : JsonSerializerContext;
