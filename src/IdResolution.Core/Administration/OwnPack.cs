using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>
/// A pack that is part of the node, with the packs that it was before. By them the node tells templates that it made
/// from those that were changed by hand.
/// </summary>
/// <param name="Newest">The pack as it is now.</param>
/// <param name="Former">What it was before, in any order.</param>
public sealed record OwnPack(TemplatePack Newest, IReadOnlyList<TemplatePack> Former);
