using System.Text.Json;
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
        if (message.Text is not ['b', 'u', 'y', ' ', .. string thing])
            return $"Everything is {_price}. Write: buy tea";

        Conversation conversation = message.Conversation;
        await conversation.ShowTypingAsync(cancellationToken);
        await conversation.SendAsync("One moment, please.", cancellationToken);
        string order = JsonSerializer.Serialize(new Order(thing, _price), ShopJson.Default.Order);
        await conversation.SendToAsync(_owner, order, cancellationToken);
        message.Log.Info("Sold.", new LogField("price", _price));

        // Kept with the reply, or not at all.
        Purchases purchases = new((conversation.GetState(ShopJson.Default.Purchases)?.Count ?? 0) + 1);
        conversation.SetState(purchases, ShopJson.Default.Purchases);
        return $"It is yours. Purchase number {purchases.Count}.";
    }

    public ValueTask<string?> ApologizeAsync(Message message, Failure failure, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>("The shop has a problem. Please try again later.");
}

public sealed record Order(string Thing, int Price);

public sealed record Purchases(int Count);

[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Purchases))]
internal sealed partial class ShopJson : JsonSerializerContext;
