namespace IdResolution.Core.Records;

/// <summary>How a row of <see cref="BusinessKeys"/> holds a key. The numbers are stored.</summary>
public enum KeyForm
{
    /// <summary>Folded, as all keys are that come today.</summary>
    Folded = 0,

    /// <summary>
    /// As spelled: when a store was migrated, another item had the key that folds to the same. It is found by its exact
    /// spelling alone.
    /// </summary>
    Exact = 1,

    /// <summary>
    /// Erased: an HMAC under the key file, to recognise an item sent again. It is of the folded key, or of the spelling
    /// of a key that was found by that alone.
    /// </summary>
    Erased = 2,
}
