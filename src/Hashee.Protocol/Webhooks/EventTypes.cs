namespace Hashee.Protocol;

/// <summary>The documented types of webhook events. Others are passed on all the same.</summary>
public static class EventTypes
{
    /// <summary>A message to the agent, sealed.</summary>
    public const string MessageNew = "message.new";

    /// <summary>A user and the agent are now connected.</summary>
    public const string RelationEstablished = "relation.established";

    /// <summary>A connection has ended.</summary>
    public const string RelationRevoked = "relation.revoked";

    /// <summary>A connection has ended: the name on older pages.</summary>
    public const string RelationTerminated = "relation.terminated";

    /// <summary>A connection rests.</summary>
    public const string RelationSuspended = "relation.suspended";

    /// <summary>A connection that rested goes on.</summary>
    public const string RelationRestored = "relation.restored";

    /// <summary>A user has answered an artifact.</summary>
    public const string ArtifactResponse = "artifact_response";

    /// <summary>What the agent may do has changed.</summary>
    public const string AgentCapabilityChanged = "agent.capability_changed";
}
