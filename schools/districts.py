"""Names of districts by their official keys: AGS of Saxony and Brandenburg, TERYT of Lower Silesia and the Lubusz land,
LAU of Czechia. They are names, so they stand in the language of their country."""

from __future__ import annotations

SAXONY = {
    "14511": "Chemnitz", "14521": "Erzgebirgskreis", "14522": "Landkreis Mittelsachsen", "14523": "Vogtlandkreis",
    "14524": "Landkreis Zwickau", "14612": "Dresden", "14625": "Landkreis Bautzen", "14626": "Landkreis Görlitz",
    "14627": "Landkreis Meißen", "14628": "Landkreis Sächsische Schweiz-Osterzgebirge", "14713": "Leipzig",
    "14729": "Landkreis Leipzig", "14730": "Landkreis Nordsachsen",
}  # fmt: skip
BRANDENBURG = {
    "12051": "Brandenburg an der Havel", "12052": "Cottbus", "12053": "Frankfurt (Oder)", "12054": "Potsdam",
    "12060": "Landkreis Barnim", "12061": "Landkreis Dahme-Spreewald", "12062": "Landkreis Elbe-Elster",
    "12063": "Landkreis Havelland", "12064": "Landkreis Märkisch-Oderland", "12065": "Landkreis Oberhavel",
    "12066": "Landkreis Oberspreewald-Lausitz", "12067": "Landkreis Oder-Spree",
    "12068": "Landkreis Ostprignitz-Ruppin", "12069": "Landkreis Potsdam-Mittelmark", "12070": "Landkreis Prignitz",
    "12071": "Landkreis Spree-Neiße", "12072": "Landkreis Teltow-Fläming", "12073": "Landkreis Uckermark",
}  # fmt: skip
POWIATS = {
    "0201": "bolesławiecki", "0202": "dzierżoniowski", "0203": "głogowski", "0204": "górowski", "0205": "jaworski",
    "0206": "karkonoski", "0207": "kamiennogórski", "0208": "kłodzki", "0209": "legnicki", "0210": "lubański",
    "0211": "lubiński", "0212": "lwówecki", "0213": "milicki", "0214": "oleśnicki", "0215": "oławski",
    "0216": "polkowicki", "0217": "strzeliński", "0218": "średzki", "0219": "świdnicki", "0220": "trzebnicki",
    "0221": "wałbrzyski", "0222": "wołowski", "0223": "wrocławski", "0224": "ząbkowicki", "0225": "zgorzelecki",
    "0226": "złotoryjski",
    "0801": "gorzowski", "0802": "krośnieński", "0803": "międzyrzecki", "0804": "nowosolski", "0805": "słubicki",
    "0806": "strzelecko-drezdenecki", "0807": "sulęciński", "0808": "świebodziński", "0809": "zielonogórski",
    "0810": "żagański", "0811": "żarski", "0812": "wschowski",
}  # fmt: skip
POLISH_CITIES = {
    "0261": "Jelenia Góra", "0262": "Legnica", "0264": "Wrocław", "0265": "Wałbrzych",
    "0861": "Gorzów Wielkopolski", "0862": "Zielona Góra",
}  # fmt: skip
# The okresy of a kraj in the order of their last sign.
OKRESY = {
    "CZ010": "Praha",
    "CZ020": "Benešov, Beroun, Kladno, Kolín, Kutná Hora, Mělník, Mladá Boleslav, Nymburk, Praha-východ, Praha-západ, "
             "Příbram, Rakovník",
    "CZ031": "České Budějovice, Český Krumlov, Jindřichův Hradec, Písek, Prachatice, Strakonice, Tábor",
    "CZ032": "Domažlice, Klatovy, Plzeň-město, Plzeň-jih, Plzeň-sever, Rokycany, Tachov",
    "CZ041": "Cheb, Karlovy Vary, Sokolov",
    "CZ042": "Děčín, Chomutov, Litoměřice, Louny, Most, Teplice, Ústí nad Labem",
    "CZ051": "Česká Lípa, Jablonec nad Nisou, Liberec, Semily",
    "CZ052": "Hradec Králové, Jičín, Náchod, Rychnov nad Kněžnou, Trutnov",
    "CZ053": "Chrudim, Pardubice, Svitavy, Ústí nad Orlicí",
    "CZ063": "Havlíčkův Brod, Jihlava, Pelhřimov, Třebíč, Žďár nad Sázavou",
    "CZ064": "Blansko, Brno-město, Brno-venkov, Břeclav, Hodonín, Vyškov, Znojmo",
    "CZ071": "Jeseník, Olomouc, Prostějov, Přerov, Šumperk",
    "CZ072": "Kroměříž, Uherské Hradiště, Vsetín, Zlín",
    "CZ080": "Bruntál, Frýdek-Místek, Karviná, Nový Jičín, Opava, Ostrava-město",
}  # fmt: skip
SIGNS = "123456789ABC"  # the last sign of an okres


def okresy(kraj: str, names: str) -> dict[str, str]:
    if kraj == "CZ010":
        return {"CZ0100": names}  # the capital is one
    return {f"{kraj}{sign}": f"okres {name}" for sign, name in zip(SIGNS, names.split(", "), strict=False)}


NAMES = {
    **SAXONY,
    **BRANDENBURG,
    **{code: f"powiat {name}" for code, name in POWIATS.items()},
    **POLISH_CITIES,
    **{code: name for kraj, names in OKRESY.items() for code, name in okresy(kraj, names).items()},
}


def district_name(code: str) -> str:
    """The name; an unknown key stays the key."""
    return NAMES.get(code, code)
