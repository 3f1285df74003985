//! Everyday words that abbreviations are often made to look like.

/// Everyday words of up to six letters, and `pt` for patient, in the form that
/// they have in the index.
#[rustfmt::skip]
const EVERYDAY: &[&str] = &[
    "act", "add", "age", "aid", "air", "arm", "art", "ash", "ask", "bad", "bag", "ball", "band", "bar", "barn",
    "base", "bat", "bath", "bear", "beat", "bed", "bee", "bell", "belt", "best", "bet", "big", "bill", "bird", "bit",
    "bite", "block", "blow", "blue", "boat", "body", "bold", "bone", "book", "boot", "born", "box", "boy", "brain",
    "bread", "buddy", "burn", "bus", "buy", "cab", "calm", "camp", "can", "cap", "car", "card", "care", "case",
    "cash", "cast", "cat", "cave", "cell", "cent", "chair", "chart", "chat", "chest", "child", "chip", "city",
    "clean", "clear", "climb", "clip", "clock", "close", "clot", "cloud", "club", "coach", "coal", "coast", "coat",
    "code", "cold", "come", "cool", "cope", "copy", "core", "corn", "cost", "cot", "cough", "count", "cover", "cow",
    "cream", "cross", "crown", "cry", "cup", "cure", "cut", "dad", "dairy", "dance", "dare", "dark", "dart", "dash",
    "data", "date", "day", "dead", "deaf", "deal", "dear", "deep", "deer", "desk", "diet", "dig", "dip", "dirt",
    "dish", "doctor", "dog", "door", "dose", "dot", "down", "draw", "dream", "dress", "drip", "drive", "drop", "drug",
    "drum", "dry", "duck", "due", "dust", "duty", "ear", "early", "earn", "ease", "east", "easy", "eat", "edge",
    "egg", "end", "enter", "even", "event", "ever", "exact", "eye", "face", "fact", "fade", "fail", "fair", "faith",
    "fall", "fame", "family", "fan", "far", "farm", "fast", "fat", "fate", "fear", "feed", "feel", "fence", "few",
    "field", "fig", "fill", "film", "fin", "find", "fine", "fire", "firm", "first", "fish", "fit", "five", "fix",
    "flag", "flame", "flash", "flat", "flex", "flight", "flip", "flow", "flu", "fly", "foam", "fog", "fold", "food",
    "fool", "foot", "force", "fork", "form", "four", "fox", "frame", "free", "fresh", "frog", "front", "fruit",
    "fuel", "full", "fun", "gain", "game", "gap", "gas", "gate", "gear", "gel", "gem", "gift", "girl", "give", "glad",
    "glass", "glow", "glue", "go", "goal", "god", "gold", "good", "grace", "grade", "grain", "grand", "grape",
    "grass", "great", "green", "grid", "grip", "grit", "group", "grow", "guard", "guide", "gum", "gun", "gut", "guy",
    "habit", "hair", "half", "hall", "ham", "hand", "hang", "happy", "hard", "harm", "hat", "hate", "hawk", "head",
    "heal", "health", "hear", "heart", "heat", "heel", "height", "help", "herb", "here", "hero", "hide", "high",
    "hike", "hill", "hip", "hire", "hit", "hold", "hole", "home", "honey", "hook", "hope", "horn", "horse", "host",
    "hot", "hour", "house", "hug", "hunt", "hurt", "ice", "idea", "ill", "inch", "iron", "island", "item", "jam",
    "jar", "jaw", "jet", "job", "join", "joint", "joke", "joy", "judge", "juice", "jump", "just", "keep", "key",
    "kick", "kid", "kind", "king", "kiss", "kit", "knee", "knife", "knock", "knot", "know", "label", "labor", "lack",
    "lady", "lake", "lamp", "land", "lane", "lap", "large", "laser", "last", "late", "laugh", "law", "lay", "lead",
    "leaf", "lean", "leap", "learn", "leave", "left", "leg", "lemon", "lend", "lens", "less", "let", "letter",
    "level", "lid", "lie", "life", "lift", "light", "like", "limb", "lime", "line", "link", "lion", "lip", "list",
    "live", "load", "loan", "lobe", "local", "lock", "log", "logic", "long", "look", "loop", "loose", "lose", "loss",
    "lost", "lot", "loud", "love", "low", "luck", "lump", "lunch", "lung", "mad", "magic", "mail", "main", "make",
    "male", "man", "many", "map", "march", "mark", "marker", "market", "mask", "mass", "mast", "mat", "match", "mate",
    "matter", "max", "meal", "mean", "meat", "medic", "meet", "melt", "menu", "mercy", "merit", "metal",
    "middle", "mild", "mile", "milk", "mill", "mind", "mine", "mint", "minute", "mirror", "miss", "mist",
    "mix", "mode", "model", "mom", "moment", "money", "month", "mood", "moon", "more", "most", "mother", "motion",
    "mouse", "mouth", "move", "much", "mud", "muscle", "music", "nail", "name", "nap", "near", "neat", "neck", "need",
    "nerve", "nest", "net", "never", "new", "news", "next", "nice", "night", "nine", "node", "noise", "norm", "north",
    "nose", "note", "now", "number", "nurse", "nut", "oak", "oat", "odd", "off", "office", "oil", "old", "once",
    "one", "only", "open", "oral", "order", "organ", "out", "outer", "oven", "over", "own", "pace", "pack", "pad",
    "page", "paid", "pain", "pair", "pal", "palm", "pan", "panel", "panic", "paper", "parent", "park", "part",
    "party", "pass", "past", "patch", "path", "pause", "pay", "peace", "peak", "pear", "pen", "people", "pepper",
    "pick", "piece", "pig", "pill", "pilot", "pin", "pink", "pint", "pipe", "pit", "place", "plan", "plane", "plant",
    "plate", "play", "plot", "plus", "pocket", "poem", "point", "pole", "pool", "poor", "pop", "port", "pose", "post",
    "pot", "potato", "power", "praise", "pray", "press", "price", "pride", "prime", "prince", "print", "prize",
    "probe", "prompt", "proof", "proud", "pt", "public", "pull", "pulse", "pump", "pure", "push", "put", "quick",
    "quiet", "quit", "race", "rack", "rain", "raise", "ram", "ramp", "random", "range", "rank", "rap", "rapid",
    "rare", "rash", "rat", "rate", "raw", "ray", "reach", "react", "read", "ready", "real", "rear", "red", "relax",
    "relief", "rent", "rescue", "rest", "result", "return", "rib", "rice", "rich", "ride", "right", "ring", "rise",
    "risk", "river", "road", "rock", "rod", "role", "roll", "roof", "room", "root", "rope", "rose", "rough", "round",
    "route", "row", "rub", "ruby", "rule", "run", "rush", "sad", "safe", "sage", "said", "sail", "saint", "salt",
    "same", "sand", "save", "saw", "say", "scale", "scan", "scar", "scene", "school", "score", "scout", "scrub",
    "sea", "seal", "search", "season", "seat", "second", "see", "seed", "seek", "seem", "self", "sell", "send",
    "senior", "sense", "series", "set", "seven", "sex", "shade", "shake", "shape", "share", "sharp", "she", "shed",
    "sheep", "sheet", "shelf", "shell", "shield", "shift", "shin", "ship", "shirt", "shock", "shoe", "shop", "short",
    "shot", "show", "shower", "shut", "sick", "side", "sign", "silk", "silver", "simple", "sin", "sing", "single",
    "sink", "sip", "sister", "sit", "site", "six", "size", "skill", "skin", "skip", "sky", "sleep", "slice", "slide",
    "slim", "slip", "slow", "small", "smart", "smell", "smile", "smoke", "smooth", "snack", "snap", "snow", "soap",
    "sock", "soft", "soil", "solar", "sole", "solid", "solo", "song", "soon", "sore", "sort", "soul", "sound", "soup",
    "sour", "south", "space", "span", "spare", "spark", "speak", "spear", "speech", "speed", "spell", "spend",
    "spike", "spin", "spine", "spirit", "spit", "split", "spoon", "sport", "spot", "spray", "spread", "spring",
    "square", "squat", "stable", "staff", "stage", "stain", "stair", "stand", "star", "start", "state", "stay",
    "steal", "steam", "steel", "stem", "step", "stick", "still", "stir", "stock", "stone", "stop", "store", "storm",
    "story", "strain", "stream", "street", "stress", "strip", "strive", "strong", "study", "such", "sugar", "suit",
    "sum", "summer", "sun", "sure", "surf", "swab", "swan", "sweat", "sweet", "swim", "swing", "table", "tag", "tail",
    "take", "talk", "tall", "tan", "tank", "tap", "tape", "target", "task", "taste", "tea", "teach", "team", "tear",
    "tech", "teen", "tell", "ten", "tend", "tent", "term", "test", "text", "than", "thank", "thick", "thin", "thing",
    "think", "thorn", "three", "thrive", "throat", "throw", "thumb", "tick", "tide", "tie", "tight", "tile", "time",
    "tin", "tip", "tire", "tired", "title", "toe", "tone", "tongue", "tool", "tooth", "top", "torch", "total",
    "touch", "tough", "tour", "towel", "town", "toy", "trace", "track", "trade", "trail", "train", "trait", "tramp",
    "trap", "trauma", "travel", "tray", "tree", "trend", "trial", "trick", "trip", "trust", "truth", "try", "tub",
    "tube", "tune", "turn", "twin", "twist", "two", "ulcer", "uncle", "unit", "up", "use", "van", "vein", "verb",
    "vest", "vet", "view", "vine", "virus", "visit", "vital", "vivid", "voice", "vote", "wait", "wake", "walk",
    "wall", "want", "war", "warm", "wash", "waste", "watch", "water", "wave", "wax", "way", "weak", "wear", "web",
    "week", "weigh", "weight", "well", "west", "wet", "wheel", "when", "whip", "white", "whole", "wide", "wife",
    "wild", "will", "win", "wind", "window", "wine", "wing", "wire", "wise", "wish", "wolf", "woman", "wood", "wool",
    "word", "work", "world", "worm", "worse", "worst", "wrap", "wrist", "write", "wrong", "yard", "yarn", "year",
    "yellow", "yes", "yet", "yield", "young", "youth", "zero", "zip", "zone", "zoom",
];

/// Whether a word, in the form that it has in the index, is an everyday word:
/// who types `car` or `cast` need not mean what a text abbreviates so.
#[must_use]
pub fn is_everyday(word: &str) -> bool {
    EVERYDAY.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parts_analyzer, words};

    #[test]
    fn the_list_is_sorted_and_in_the_form_of_the_index() {
        assert!(EVERYDAY.is_sorted());
        let mut analyzer = parts_analyzer();
        let term = |word: &str| words(&mut analyzer, word).remove(0).term;
        let all: Vec<String> = EVERYDAY.iter().copied().map(term).collect();
        assert_eq!(all, EVERYDAY);
        assert!(is_everyday("car") && is_everyday("pt") && !is_everyday("copd"));
    }
}
